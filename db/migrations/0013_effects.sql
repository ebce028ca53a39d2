-- What happens around a case: who takes it, what is run for it, one command for many cases, what is left for people to do.

-- Times in which nobody may give a person work; live data (I7). `[starts_at, ends_at)`.
create table person_absence (
  id uuid primary key,
  person_id uuid not null references person,
  tenant_id text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  reason text not null,
  -- Login of whoever takes his work when nobody else is left to take it.
  substitute text,
  created_at timestamptz not null,
  created_by text not null
);
create index person_absence_person on person_absence (person_id, ends_at);
create index person_absence_tenant on person_absence (tenant_id, ends_at);

create table person_skill (
  person_id uuid not null references person,
  skill text not null,
  primary key (person_id, skill)
);
create index person_skill_name on person_skill (skill);

-- Groups that work on cases (`team` of services, lines and tasks).
create table person_team (
  person_id uuid not null references person,
  team text not null,
  primary key (person_id, team)
);
create index person_team_name on person_team (team);

-- Memory of assignment: the last turn each person had in a queue. Turns count up; the smallest is next.
create table assignment_turn (
  tenant_id text not null,
  queue text not null,
  login text not null,
  turn bigint not null,
  primary key (tenant_id, queue, login)
);
-- What an effect was answered: a repeat of it gives the same answer and takes no further turn.
create table assignment_choice (
  key text primary key,
  tenant_id text not null,
  case_id text not null,
  answer jsonb not null,
  -- The effect's instant, which is the case's clock (I13).
  at timestamptz not null,
  -- By the database's clock, infinite until the case has been told: an answer under way counts as work of the chosen one.
  told_at timestamptz not null default 'infinity'
);
create index assignment_choice_told on assignment_choice (told_at);

-- Secrets of runbooks, sealed with CONTINUO_KEY; written by people, read by nobody but the sender.
create table secret (
  tenant_id text not null,
  name text not null,
  sealed text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (tenant_id, name)
);

-- What a runbook step answered, by effect key: a step that has an answer is not run again.
create table runbook_run (
  key text primary key,
  tenant_id text not null,
  case_id text not null,
  runbook text not null,
  step text not null,
  -- Null while it runs.
  outcome jsonb,
  -- Calls that were begun: after a killed worker the target is called again, with the same Idempotency-Key.
  attempts int not null default 0
);
create index runbook_run_case on runbook_run (case_id);

-- One command for many cases.
create table batch (
  id uuid primary key,
  tenant_id text not null,
  op text not null,
  body jsonb not null,
  selection jsonb not null,
  total int not null,
  created_by text not null,
  created_at timestamptz not null,
  -- Null: a preview that nobody has started.
  started_at timestamptz
);
create index batch_creator on batch (created_by, created_at desc, id desc);
create table batch_item (
  batch_id uuid not null references batch on delete cascade,
  -- Place within the batch, from 1: the order of the selection.
  n int not null,
  case_id text not null,
  title text,
  case_state text,
  outcome text not null check (outcome in ('will', 'wont', 'waiting', 'done', 'refused', 'failed')),
  code text,
  reason text,
  settled_at timestamptz,
  primary key (batch_id, n),
  unique (batch_id, case_id)
);
create index batch_item_outcome on batch_item (batch_id, outcome, n);

-- What was done about a task, and until when it should be.
alter table task add column done_by text, add column result text, add column if not exists due_at timestamptz;
create index task_assignee on task (assignee, created_at, id) where state = 'open';
create index task_team on task (team, created_at, id) where state = 'open';
