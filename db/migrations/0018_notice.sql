-- What people are told and asked in the portal, and what they do about their tasks.

-- Notices of the portal's board. Withdrawn ones stay (I11).
create table notice (
  id uuid primary key,
  -- Tenants that see it; null: all of them.
  tenants text[],
  kind text not null check (kind in ('info', 'maintenance', 'incident')),
  -- {"zh-CN": …, en: …}; one of the two may be null.
  title jsonb not null,
  body jsonb not null,
  starts_at timestamptz not null,
  -- Null: until somebody ends it.
  ends_at timestamptz check (ends_at > starts_at),
  pinned boolean not null default false,
  service text,
  case_id text,
  -- Set: the platform has published it for this reason, once.
  cause text unique,
  created_by text not null,
  created_at timestamptz not null,
  version int not null default 1,
  updated_by text not null,
  updated_at timestamptz not null
);
create index notice_ends on notice (ends_at);
create index notice_starts on notice (starts_at desc, id);

-- Every version of a notice, as it was shown.
create table notice_version (
  notice_id uuid not null references notice,
  version int not null,
  doc jsonb not null,
  by text not null,
  at timestamptz not null,
  primary key (notice_id, version)
);

-- What somebody has seen of what he was told: rows of the page ledger.
create table page_read (
  person_id uuid not null references person,
  page_key text not null references page on delete cascade,
  read_at timestamptz not null,
  primary key (person_id, page_key)
);
create index page_person on page (person_id, planned_at desc, key desc) where person_id is not null;

-- Whoever was told something hears of it at once, on the channel of the live stream.
create function tell_people() returns trigger language plpgsql as $$
begin
  perform pg_notify('continuo_case', json_build_object('person', p.person_id)::text)
  from (select distinct person_id from rows where person_id is not null) p;
  return null;
end $$;
create trigger page_told after insert on page referencing new table as rows
  for each statement execute function tell_people();
create trigger page_settled after update on page referencing new table as rows
  for each statement execute function tell_people();

-- What whoever asked for something thinks of how it went. Unanswered stays unanswered: nothing else writes `score`.
create table survey (
  id uuid primary key default gen_random_uuid(),
  -- Of the effect: a repeat asks nobody twice.
  key text not null unique,
  tenant_id text not null,
  case_id text not null,
  -- Login of whoever is asked.
  asked text not null,
  asked_at timestamptz not null,
  -- Of the first answer: it may be changed for some days after it.
  answered_at timestamptz,
  changed_at timestamptz,
  score smallint check (score between 1 and 5),
  comment text,
  check ((score is null) = (answered_at is null))
);
create index survey_asked on survey (asked, asked_at desc, id desc);
create index survey_case on survey (case_id);
create index survey_tenant on survey (tenant_id, asked_at);

-- Every answer as it was given; the newest stands in `survey`.
create table survey_answer (
  survey_id uuid not null references survey,
  at timestamptz not null,
  score smallint not null,
  comment text,
  primary key (survey_id, at)
);

-- Work on tasks that no case keeps: their own record (those of requests are logged by the case).
create table task_log (
  id bigint generated always as identity primary key,
  task_id text not null references task on delete cascade,
  tenant_id text not null,
  at timestamptz not null,
  by text not null,
  kind text not null check (kind in ('work', 'given', 'checked', 'done')),
  -- Of work.
  minutes int check (minutes > 0),
  text text not null,
  -- Of given: who had it, and who has it now.
  assignee text,
  team text
);
create index task_log_task on task_log (task_id, id);

-- Checklists of such tasks: [{id, title: {zh-CN, en}, done}].
alter table task add column checklist jsonb not null default '[]';
