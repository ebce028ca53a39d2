-- Configuration items, capacity pools, what provisioners have made, one-time secrets (ADR 0021).

-- Types of configuration items: a JSON Schema of their attributes each. Further types are further rows.
create table ci_type (
  name text primary key,
  title jsonb not null,
  schema jsonb not null
);
insert into ci_type (name, title, schema) values
  ('virtual-machine', '{"zh-CN": "虚拟机", "en": "Virtual machine"}', '{"type": "object", "properties": {
    "vcpu": {"type": "integer", "minimum": 1}, "memoryGb": {"type": "number", "exclusiveMinimum": 0},
    "storageGb": {"type": "number", "minimum": 0}, "os": {"type": "string"}, "address": {"type": "string"},
    "pool": {"type": "string"}, "site": {"type": "string"}, "resource": {"type": "string"}}}'),
  ('physical-server', '{"zh-CN": "物理服务器", "en": "Physical server"}', '{"type": "object", "properties": {
    "model": {"type": "string"}, "serial": {"type": "string"}, "cores": {"type": "integer", "minimum": 1},
    "memoryGb": {"type": "number", "exclusiveMinimum": 0}, "storageGb": {"type": "number", "minimum": 0},
    "site": {"type": "string"}, "rack": {"type": "string"}, "address": {"type": "string"}, "resource": {"type": "string"}}}'),
  ('storage-volume', '{"zh-CN": "存储卷", "en": "Storage volume"}', '{"type": "object", "properties": {
    "sizeGb": {"type": "number", "exclusiveMinimum": 0}, "class": {"type": "string"}, "mountedBy": {"type": "string"},
    "pool": {"type": "string"}, "site": {"type": "string"}, "resource": {"type": "string"}}}'),
  ('network-segment', '{"zh-CN": "网段", "en": "Network segment"}', '{"type": "object", "properties": {
    "cidr": {"type": "string"}, "vlan": {"type": "integer", "minimum": 1, "maximum": 4094}, "gateway": {"type": "string"},
    "site": {"type": "string"}, "resource": {"type": "string"}}}'),
  ('application-system', '{"zh-CN": "应用系统", "en": "Application system"}', '{"type": "object", "properties": {
    "developer": {"type": "string"}, "description": {"type": "string"}, "url": {"type": "string"},
    "securityLevel": {"type": "integer", "minimum": 1}}}'),
  ('spare-part', '{"zh-CN": "备件", "en": "Spare part"}', '{"type": "object", "properties": {
    "model": {"type": "string"}, "serial": {"type": "string"}, "quantity": {"type": "integer", "minimum": 0},
    "site": {"type": "string"}}}');

create sequence ci_number;

-- The newest revision of each item; the history stands in ci_revision.
create table ci (
  id text primary key,
  number bigint not null unique,
  tenant_id text not null,
  type text not null references ci_type,
  name text not null,
  attributes jsonb not null,
  -- Login.
  owner text not null,
  status text not null check (status in ('planned', 'active', 'retired')),
  revision int not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index ci_tenant on ci (tenant_id, number desc);
create index ci_by_type on ci (type, number desc);
create index ci_by_owner on ci (owner, number desc);
create index ci_words on ci using gin (name gin_trgm_ops);

-- Every state an item ever had: who, when, why, for which case. Never changed (I11).
create table ci_revision (
  ci_id text not null references ci,
  revision int not null,
  change text not null check (change in ('recorded', 'changed', 'retired', 'restored')),
  name text not null,
  attributes jsonb not null,
  owner text not null,
  status text not null,
  -- Of a restore: the revision it went back to.
  restored int,
  by text not null,
  at timestamptz not null,
  reason text,
  case_id text,
  -- Of what wanted it; a repeat finds it.
  key text unique,
  primary key (ci_id, revision)
);
create index ci_revision_case on ci_revision (case_id) where case_id is not null;
create function refuse_rewriting() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name;
end $$;
create trigger ci_revision_kept before update or delete on ci_revision for each row execute function refuse_rewriting();

-- Capacity that can be held and handed out. `*`: for every tenant.
create table pool (
  id uuid primary key,
  tenant_id text not null,
  name text not null,
  title jsonb not null,
  site text not null,
  -- Tenants up to this level may have capacity of it.
  security_level int not null,
  version int not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text not null,
  unique (tenant_id, name)
);

-- What there is and what is taken, by unit. The check is what makes over-commitment impossible, whoever writes.
create table pool_unit (
  pool_id uuid not null references pool,
  unit text not null,
  total numeric not null check (total >= 0),
  reserved numeric not null default 0 check (reserved >= 0),
  allocated numeric not null default 0 check (allocated >= 0),
  primary key (pool_id, unit),
  check (reserved + allocated <= total)
);

create table pool_reservation (
  id uuid primary key,
  -- Of what wanted it; a repeat finds it.
  key text not null unique,
  pool_id uuid not null references pool,
  tenant_id text not null,
  case_id text not null,
  amounts jsonb not null,
  state text not null check (state in ('reserved', 'allocated', 'released', 'expired')),
  -- Clock of the case (I13).
  reserved_at timestamptz not null,
  expires_at timestamptz,
  -- The same length of time by the clock of the database: the chore that ends it knows no case.
  lapses_at timestamptz,
  allocated_at timestamptz,
  ended_at timestamptz
);
create index pool_reservation_pool on pool_reservation (pool_id, reserved_at desc, id);
create index pool_reservation_case on pool_reservation (case_id);
create index pool_reservation_lapsing on pool_reservation (lapses_at) where state = 'reserved' and lapses_at is not null;

-- What cases want done by actions, by effect key: one that has ended answers again and does nothing.
create table request_action (
  key text primary key,
  tenant_id text not null,
  case_id text not null,
  step text not null,
  visit int not null,
  action text not null,
  -- `waiting`: for a call to us; `manual`: for people.
  state text not null check (state in ('running', 'waiting', 'manual', 'done', 'failed')),
  result jsonb,
  reason text,
  -- Run of a provisioner it waits for.
  run_id uuid,
  at timestamptz not null,
  -- When it is given up, by the clock of the database.
  lapses_at timestamptz not null,
  ended_at timestamptz
);
create index request_action_case on request_action (case_id);
create index request_action_run on request_action (run_id) where run_id is not null;
create index request_action_lapsing on request_action (lapses_at) where state in ('waiting', 'manual');

-- What a provisioner was asked to make or to remove. The key is also the Idempotency-Key that targets get: after a killed
-- worker, a lost answer or a person's retry the same thing is asked for, not a second one.
create table provisioning_run (
  id uuid primary key,
  key text not null unique,
  tenant_id text not null,
  case_id text not null,
  step text not null,
  operation text not null check (operation in ('create', 'remove')),
  -- `provisioner/<name>@<version>`; `*/` before it for a shared one.
  provisioner text not null,
  manual boolean not null,
  spec jsonb not null,
  -- `open`: with people; `calling`: the target has not accepted it for certain; `accepted`: it is at work.
  state text not null check (state in ('open', 'calling', 'accepted', 'done', 'failed', 'removed', 'cancelled')),
  resource text,
  details jsonb,
  -- Sealed; for a one-time link.
  secret text,
  reason text,
  callback_hash bytea unique,
  -- Sealed: repeats carry the same token.
  callback_token text,
  calls int not null default 0,
  created_at timestamptz not null,
  ended_at timestamptz,
  ended_by text
);
create index provisioning_run_case on provisioning_run (case_id, step);
create index provisioning_run_open on provisioning_run (tenant_id, created_at, id) where state = 'open';

-- A secret that one person may look at once. Forgotten as soon as it was seen, was taken back, or is too old.
create table one_time_secret (
  id uuid primary key,
  -- Of what wanted it; a repeat finds it.
  key text not null unique,
  tenant_id text not null,
  case_id text not null,
  step text not null,
  login text not null,
  -- Null when nobody can see it any more.
  sealed text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  viewed_at timestamptz,
  revoked_at timestamptz
);
create index one_time_secret_login on one_time_secret (login, created_at desc);
create index one_time_secret_case on one_time_secret (case_id);
create index one_time_secret_expiring on one_time_secret (expires_at) where sealed is not null;

-- What became of it, for auditors; append-only (I11).
create table one_time_secret_event (
  secret_id uuid not null references one_time_secret,
  seq int generated always as identity,
  kind text not null check (kind in ('made', 'viewed', 'refused', 'revoked', 'expired')),
  at timestamptz not null,
  by text not null,
  primary key (secret_id, seq)
);
create trigger one_time_secret_event_kept before update or delete on one_time_secret_event
  for each row execute function refuse_rewriting();
