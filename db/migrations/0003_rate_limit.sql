-- Failed sign-ins, counted for all API processes together; the layout is the one rate-limiter-flexible reads.
create table rate_limit (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);
