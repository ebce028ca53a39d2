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
  -- Taken down before its time.
  ended_at timestamptz,
  ended_by text,
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

-- What somebody has seen of what he was told: keys of the page ledger, or `task/<id of task_log>`.
create table notification_read (
  person_id uuid not null references person,
  key text not null,
  read_at timestamptz not null,
  primary key (person_id, key)
);
create index page_person on page (person_id, planned_at desc, key desc) where person_id is not null;

-- Whoever is told something, or whose page has ended, hears of it at once, on the channel of the live stream.
create function tell_people(p_people uuid[]) returns void language sql as $$
  select pg_notify('continuo_case', json_build_object('person', person)::text)
  from (select distinct unnest(p_people) as person) told where person is not null
$$;
create function page_told() returns trigger language plpgsql as $$
begin
  perform tell_people(array(select person_id from fresh));
  return null;
end $$;
create function page_ended() returns trigger language plpgsql as $$
begin
  perform tell_people(array(select n.person_id from fresh n join stale o on o.key = n.key
    where n.outcome is distinct from o.outcome));
  return null;
end $$;
create trigger page_told after insert on page referencing new table as fresh
  for each statement execute function page_told();
create trigger page_ended after update on page referencing new table as fresh old table as stale
  for each statement execute function page_ended();

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

-- Work on tasks: of those whose case keeps no log of it (requests keep their own).
create table task_log (
  id bigint generated always as identity primary key,
  task_id text not null references task on delete cascade,
  tenant_id text not null,
  at timestamptz not null,
  by text not null,
  kind text not null check (kind in ('work', 'claimed', 'given', 'checked', 'done')),
  -- Of work.
  minutes int check (minutes > 0),
  -- What was done, the note of a hand-over, the item of the list, the result.
  text text not null,
  -- Of claimed and given: who has it now.
  assignee text,
  team text,
  -- The receiver hears of it from the case.
  told boolean not null default false
);
create index task_log_task on task_log (task_id, id);
create index task_log_given on task_log (at desc, id desc) where kind = 'given' and not told;

alter table task
  -- {"zh-CN": …, en: …} where the definition states both.
  add column titles jsonb,
  -- Logins it is meant for; empty: the team's.
  add column candidates text[] not null default '{}',
  -- [{id, title: {"zh-CN", en}, done}]
  add column checklist jsonb not null default '[]';
create index task_candidates on task using gin (candidates) where state = 'open';
