-- What convergence has to remember beyond counting (see domain/alert-state.ts).

alter table alert_group
  add column description text not null default '',
  -- Alerts the sender left out of its last push of the group.
  add column truncated int not null default 0,
  -- Version at which an alert last began to fire: above seen_version, somebody has to hear of it.
  add column fired_version bigint not null default 0,
  -- Counts incidents of the group; alerts of earlier ones that are over do not count for a later one.
  add column episode int not null default 1;

alter table alert
  -- Larger is worse; impact and urgency in one number (domain/alert.ts).
  add column weight smallint not null,
  add column episode int not null,
  -- Receipt of the newest push that says this status.
  add column status_at timestamptz not null,
  add column status_order bigint not null;
-- Every push updates its row; room on the page keeps those updates out of the index.
alter table alert set (fillfactor = 80);

-- Every incident a group was given: the row that stands before the engine hears of it, so no crash allocates two.
create table alert_incident (
  incident_id text primary key,
  number bigint not null unique,
  group_id bigint not null references alert_group,
  tenant_id text not null,
  -- The incident of the group before it.
  follows text,
  allocated_at timestamptz not null default now(),
  released_at timestamptz
);
create index alert_incident_group on alert_incident (group_id, number desc);

-- Alerts of an incident as they stood when it was closed: later pushes must not change what a review reads.
create table incident_alert (
  incident_id text not null references alert_incident,
  fingerprint text not null,
  tenant_id text not null,
  status text not null,
  labels jsonb not null,
  annotations jsonb not null,
  starts_at timestamptz,
  ends_at timestamptz,
  first_received_at timestamptz not null,
  last_received_at timestamptz not null,
  pushes bigint not null,
  generator_url text,
  weight smallint not null,
  primary key (incident_id, fingerprint)
);

create index inbox_faulty on inbox (id desc) where state in ('rejected', 'dead');
