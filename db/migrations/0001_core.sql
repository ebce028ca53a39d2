-- The first schema. Forward only; never edited after release: add a file.

-- Organisations that use the platform (R1.2). Every row below carries its tenant (I10).
create table tenant (
  id text primary key,
  name text not null,
  security_level int not null default 1,
  created_at timestamptz not null
);

create table person (
  id uuid primary key,
  tenant_id text not null references tenant,
  login text not null,
  display_name text not null,
  email text,
  locale text not null default 'zh-CN',
  zone text not null default 'Asia/Shanghai',
  -- argon2id; null until the person has set one.
  password_hash text,
  active boolean not null default true,
  created_at timestamptz not null,
  -- Logins are global: sign-in asks for no tenant.
  unique (login)
);

-- A role is held in a tenant; '*' means in all of them (staff of the operating organisation).
create table role_grant (
  person_id uuid not null references person,
  role text not null,
  tenant_id text not null,
  granted_at timestamptz not null,
  primary key (person_id, role, tenant_id)
);

-- Ordered ways to reach a person; the next one is tried when one fails for good (I4).
create table contact_method (
  person_id uuid not null references person,
  position int not null,
  kind text not null check (kind in ('email', 'webhook')),
  address text not null,
  -- Signing secret of a webhook (Standard Webhooks), sealed with CONTINUO_KEY.
  secret text,
  primary key (person_id, position)
);

-- Only hashes of secrets are kept: a stolen table opens nothing.
create table session (
  token_hash bytea primary key,
  person_id uuid not null references person,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index session_person on session (person_id);

create table api_token (
  token_hash bytea primary key,
  id uuid not null unique,
  tenant_id text not null,
  person_id uuid not null references person,
  label text not null,
  -- Subset of the person's permissions; null = all of them.
  scopes text[],
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz
);

-- One-time links: first administrator, password set-up.
create table setup_link (
  token_hash bytea primary key,
  purpose text not null,
  person_id uuid references person,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

-- Definitions as published; a case pins versions of them (I7), so rows are never changed.
create table definition_version (
  tenant_id text not null,
  kind text not null,
  name text not null,
  version int not null,
  hash text not null,
  doc jsonb not null,
  published_at timestamptz not null,
  published_by text not null,
  primary key (tenant_id, kind, name, version)
);

-- Live on-call data beside the published rotation (I7): overrides.
create table schedule_override (
  id uuid primary key,
  tenant_id text not null,
  schedule text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  login text not null,
  replaces text,
  created_at timestamptz not null,
  created_by text not null
);
create index schedule_override_range on schedule_override (tenant_id, schedule, ends_at);

create sequence incident_number;

-- Compiled plans that cases pin (I7), stored once by content hash.
create table incident_plan (
  id text primary key,
  plan jsonb not null
);

-- Projection of the incident workflows (I2): written only by the projection activity, guarded by seq.
create table incident (
  id text primary key,
  number bigint not null unique,
  tenant_id text not null,
  seq int not null,
  title text not null,
  state text not null,
  severity text not null,
  service text not null,
  team text not null,
  assignee text,
  reporter text not null,
  source text not null,
  open boolean not null,
  -- Next moment at which the case acts by itself (I3); null only when closed.
  next_at timestamptz,
  -- Earliest due instant of the running clocks; what "next promise to fall due" sorts by.
  due_at timestamptz,
  escalation_level int not null default 0,
  acknowledged_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- The whole view as the API shows it.
  doc jsonb not null,
  -- Input of the SLA fold beside the plan: {facts, calendars: {id: version}}; any reader can re-run it (I6).
  sla jsonb not null,
  plan_id text not null,
  -- What made the case change since the engine last had it in its history: lets a repeated task take over what is committed.
  inputs jsonb not null default '[]',
  -- Hash of the newest event: the chain cannot be shortened unnoticed (I11).
  head_hash bytea not null
);

-- Lists are keyset pages by number (newest first) or by the next promise to fall due; each filter of the screen has its index.
create extension if not exists pg_trgm;
create index incident_tenant on incident (tenant_id, number desc);
create index incident_open on incident (number desc) where open;
create index incident_open_due on incident (due_at, number) where open;
create index incident_next on incident (next_at) where open;
create index incident_severity on incident (severity, number desc);
create index incident_service on incident (service, number desc);
create index incident_assignee on incident (assignee, number desc);
create index incident_reporter on incident (reporter, number desc);
-- Titles beside the case: every projection changes the case's row, and a trigram index on it would be written each time.
create table case_title (
  case_id text primary key,
  tenant_id text not null,
  title text not null
);
create index case_title_trigrams on case_title using gin (title gin_trgm_ops);

-- Every event of every case, append-only and hash-chained per case (I11).
create table case_event (
  case_id text not null,
  seq int not null,
  tenant_id text not null,
  kind text not null,
  at timestamptz not null,
  actor text not null,
  body jsonb not null,
  prev_hash bytea not null,
  hash bytea not null,
  primary key (case_id, seq, at)
) partition by range (at);
-- One partition for what no monthly partition takes; months are created ahead by housekeeping.
create table case_event_default partition of case_event default;
create index case_event_recent on case_event (tenant_id, at desc);

-- A step of an escalation that was decided by the workflow; expanded to pages once (I4).
create table page_step (
  key text primary key,
  case_id text not null,
  tenant_id text not null,
  step text not null,
  visit int not null,
  level int not null,
  planned_at timestamptz not null,
  -- 'expanded', or why nobody was paged for it: 'superseded'.
  outcome text not null,
  reason text
);
create index page_step_case on page_step (case_id);

-- The page ledger: one row per step, method and person, with exactly one outcome in the end (I4).
create table page (
  key text primary key,
  case_id text not null,
  tenant_id text not null,
  step text not null,
  visit int not null,
  level int not null,
  severity text not null,
  person_id uuid,
  person_name text,
  method text,
  method_position int,
  address text,
  planned_at timestamptz not null,
  -- null while due; else delivered | failed | nobody | superseded
  outcome text,
  reason text,
  settled_at timestamptz,
  attempts int not null default 0,
  -- The message that carried it: one message, n ledger rows (I9).
  message_id text,
  -- True when this row exists because nobody else was there to page.
  fallback boolean not null default false
);
create index page_case on page (case_id);
create index page_due on page (person_id, method) where outcome is null;

-- Tasks that a case creates for people (repair task at severity I; failed deliveries).
create table task (
  id text primary key,
  tenant_id text not null,
  case_id text not null,
  kind text not null,
  title text not null,
  assignee text,
  team text,
  state text not null,
  created_at timestamptz not null,
  done_at timestamptz
);
create index task_case on task (case_id);

-- Callers' idempotency keys: which case a creation made, what a command answered.
create table idempotency (
  tenant_id text not null,
  principal text not null,
  key text not null,
  request_hash bytea not null,
  case_id text,
  created_at timestamptz not null,
  primary key (tenant_id, principal, key)
);

-- Where events come from; the token names the source.
create table intake_source (
  id uuid primary key,
  tenant_id text not null,
  name text not null,
  kind text not null check (kind in ('alertmanager', 'events')),
  service text not null,
  token_hash bytea not null unique,
  -- Label of an alert that names its severity, and what its values mean: {"critical": {"impact": "high", "urgency": "high"}}
  severity_label text not null default 'severity',
  severity_map jsonb not null default '{}',
  created_at timestamptz not null,
  revoked_at timestamptz,
  unique (tenant_id, name)
);

-- Raw input, committed before the sender hears 2xx (I1). Columns from `lane` on belong to the queue module.
create table inbox (
  id bigint generated always as identity primary key,
  tenant_id text not null,
  source_id uuid,
  kind text not null,
  body text not null,
  received_at timestamptz not null default now(),
  lane text not null default 'intake',
  state text not null default 'ready' check (state in ('ready', 'done', 'dead', 'rejected')),
  attempts int not null default 0,
  not_before timestamptz not null default now(),
  leased_until timestamptz,
  last_error text,
  -- With 'rejected': every error of the body, kept for inspection.
  errors jsonb
);
create index inbox_ready on inbox (lane, not_before, id) where state = 'ready';

-- Everything that leaves: pages, signals to cases. The key makes each effect happen once.
create table outbox (
  id bigint generated always as identity primary key,
  key text not null unique,
  tenant_id text not null,
  case_id text,
  kind text not null,
  payload jsonb not null,
  lane text not null,
  state text not null default 'ready' check (state in ('ready', 'done', 'dead')),
  attempts int not null default 0,
  not_before timestamptz not null default now(),
  leased_until timestamptz,
  last_error text,
  created_at timestamptz not null default now()
);
create index outbox_ready on outbox (lane, not_before, id) where state = 'ready';
create index outbox_case on outbox (case_id);

-- Alerts by fingerprint and the groups they converge into, before the engine hears of them.
create table alert_group (
  id bigint generated always as identity primary key,
  tenant_id text not null,
  source_id uuid not null,
  group_key text not null,
  service text not null,
  title text not null,
  impact text not null,
  urgency text not null,
  labels jsonb not null,
  -- The one open incident of the group, if any.
  incident_id text,
  -- Counts changes of the group; the incident confirms what it has seen.
  version bigint not null default 0,
  seen_version bigint not null default 0,
  firing int not null default 0,
  total int not null default 0,
  dispatched_at timestamptz,
  updated_at timestamptz not null,
  unique (tenant_id, source_id, group_key)
);
create index alert_group_incident on alert_group (incident_id) where incident_id is not null;
create index alert_group_unseen on alert_group (id) where version > seen_version;

create table alert (
  group_id bigint not null references alert_group,
  fingerprint text not null,
  tenant_id text not null,
  status text not null check (status in ('firing', 'resolved')),
  labels jsonb not null,
  annotations jsonb not null,
  starts_at timestamptz,
  ends_at timestamptz,
  first_received_at timestamptz not null,
  last_received_at timestamptz not null,
  -- Pushes that carried it: the difference to 1 is what convergence saved.
  pushes bigint not null default 1,
  generator_url text,
  primary key (group_id, fingerprint)
);

-- What each person was last sent by each method, for bundling (I9).
create table page_bundle (
  person_id uuid not null,
  method text not null,
  last_sent_at timestamptz not null,
  last_severity text not null,
  primary key (person_id, method)
);
