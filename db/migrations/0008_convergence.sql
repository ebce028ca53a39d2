-- Convergence as data: what holds alerts back, when groups have something to say, silences, heartbeats
-- (docs/adr/0012-convergence-timers-are-rows.md).

alter table intake_source drop constraint intake_source_kind_check;
alter table intake_source add constraint intake_source_kind_check
  check (kind in ('alertmanager', 'grafana', 'events', 'heartbeat'));

alter table alert
  -- Why a firing alert does not count: silenced, muted, inhibited, flapping; by which silence or rule; since when.
  add column held text,
  add column held_by text,
  add column held_since timestamptz,
  -- As the sender grouped it, before our rules: with source and fingerprint it names the alert wherever it was put.
  add column sender_key text not null default '',
  -- What a firing alert inhibits (domain/alert-hold.ts); null when nothing.
  add column inhibits text[],
  -- Newest beginnings and ends, for flapping, and until when it is held for them.
  add column changes timestamptz[] not null default '{}',
  add column flapping_until timestamptz;
create index alert_firing_name on alert (md5(sender_key || '/' || fingerprint)) where status = 'firing';
create index alert_firing_tenant on alert (tenant_id, group_id) where status = 'firing';
create index alert_inhibits on alert using gin (inhibits) where status = 'firing' and inhibits is not null;

alter table incident_alert
  add column held text,
  add column held_by text,
  add column held_since timestamptz;

alter table alert_group
  -- Firing alerts that are held and do not count.
  add column held int not null default 0,
  -- Rule that formed it, and its timing in seconds: {wait, interval, repeat, resolve}.
  add column rule text,
  add column timing jsonb not null default '{}',
  -- When it has something to say; when it says again that it still fires; when its incident is resolved for it.
  add column due_at timestamptz,
  add column repeat_at timestamptz,
  add column resolve_at timestamptz,
  -- That time has come: its incident is told to resolve, unless something fires before it hears.
  add column resolving boolean not null default false,
  -- Of alerts that were held and fire now: since when, until an incident has been told.
  add column held_since timestamptz;
create index alert_group_next on alert_group ((least(due_at, repeat_at, resolve_at)))
  where due_at is not null or repeat_at is not null or resolve_at is not null;

-- When the firing alerts of a tenant have to be judged again: a silence or time range begins or ends, an alert has been
-- stable for long enough, a source of inhibition came or went, rules were published.
create table alert_review (
  tenant_id text primary key,
  due_at timestamptz,
  -- Publications of rules the last review knew.
  rules bigint not null default 0
);

-- Alerts that a filter dropped: counted, never silently lost.
create table alert_drop (
  tenant_id text not null,
  source_id uuid not null,
  fingerprint text not null,
  rule text not null,
  labels jsonb not null,
  pushes bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (tenant_id, source_id, fingerprint, rule)
);
create index alert_drop_last on alert_drop (last_at desc);

create table silence (
  id uuid primary key,
  number bigint generated always as identity unique,
  tenant_id text not null,
  kind text not null check (kind in ('silence', 'host', 'maintenance')),
  matchers jsonb not null,
  starts_at timestamptz not null,
  -- Null: a recurrence without an end.
  ends_at timestamptz,
  -- {rrule, start, duration, zone}: windows instead of one stretch.
  recurrence jsonb,
  comment text not null,
  author text not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  ended_by text,
  check (ends_at is not null or recurrence is not null),
  check (ends_at > starts_at)
);
create index silence_live on silence (tenant_id, ends_at) where ended_at is null;

-- What has to report again and again; the key is its secret, only the hash is kept.
create table heartbeat (
  id uuid primary key,
  tenant_id text not null,
  name text not null,
  service text not null,
  -- Word of the severity of a missed beat.
  severity text not null,
  interval_seconds int not null check (interval_seconds > 0),
  grace_seconds int not null check (grace_seconds >= 0),
  key_hash bytea not null unique,
  state text not null default 'waiting' check (state in ('waiting', 'alive', 'missed')),
  last_at timestamptz,
  due_at timestamptz,
  missed_at timestamptz,
  created_at timestamptz not null,
  deleted_at timestamptz
);
create unique index heartbeat_name on heartbeat (tenant_id, name) where deleted_at is null;
create index heartbeat_due on heartbeat (due_at) where state = 'alive' and deleted_at is null;

-- Refused input that was sent again, as it was or corrected: the original stays.
alter table inbox add column replay_of bigint;
create index inbox_replay on inbox (replay_of) where replay_of is not null;
