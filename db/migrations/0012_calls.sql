-- Telephone (R2.1): numbers of people, the log of calls, and drafts kept on the server while somebody talks.

-- A person's numbers in one spelling (domain/phone.ts), in the order in which he wants to be called back.
create table person_phone (
  person_id uuid not null references person,
  position int not null,
  number text not null,
  -- Without sign and extension; turned round, so that the last digits are the beginning an index can find.
  digits text not null,
  backwards text not null generated always as (reverse(digits)) stored,
  extension text,
  primary key (person_id, position),
  unique (person_id, number)
);
create index person_phone_last_digits on person_phone (backwards text_pattern_ops);
create index person_phone_first_digits on person_phone (digits text_pattern_ops);
create index person_phone_extension on person_phone (extension) where extension is not null;

-- One row per call, never changed: who called, what about, what became of it. Times are those the agent's screen measured.
create table call_log (
  id uuid primary key,
  tenant_id text not null,
  -- Null when the number was withheld.
  number text,
  -- A person we know, else the name he gave.
  caller uuid references person,
  caller_name text,
  agent text not null,
  started_at timestamptz not null,
  ended_at timestamptz not null check (ended_at >= started_at),
  line text not null,
  case_id text,
  outcome text not null check (outcome in ('answered', 'noted', 'opened', 'abandoned')),
  check ((case_id is not null) = (outcome in ('noted', 'opened')))
);
create index call_log_recent on call_log (tenant_id, started_at desc, id desc);
create index call_log_number on call_log (number, started_at desc) where number is not null;
create index call_log_caller on call_log (caller, started_at desc) where caller is not null;
create index call_log_case on call_log (case_id) where case_id is not null;

-- What somebody has typed and not sent yet: his own, on any machine.
create table draft (
  person_id uuid not null references person,
  key text not null,
  body jsonb not null,
  updated_at timestamptz not null,
  primary key (person_id, key)
);
