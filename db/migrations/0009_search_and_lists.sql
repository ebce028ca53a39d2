-- Search and lists that are fast for every combination of filters (docs/adr/0013-search-and-lists.md).

-- What lists filter by, one narrow row a case, beside the row of the case: that one is wide and is written at each command;
-- this one only when something that lists filter by has changed. `facets` says the same as the columns, for one GIN index
-- that answers any conjunction: 'state:new', 'open', 'n12:244' (the 4,096 numbers it lies among) …
create table incident_card (
  number bigint primary key,
  case_id text not null,
  tenant_id text not null,
  state text not null,
  severity text not null,
  service text not null,
  team text not null,
  line smallint,
  type text,
  assignee text,
  reporter text not null,
  open boolean not null,
  major boolean not null,
  assessing boolean not null,
  supplier text,
  parent text,
  created_at timestamptz not null,
  facets text[] not null
) with (fillfactor = 90);

-- Facets of a row; db/incident-facet.ts asks for the same words.
create function incident_card_of(i incident) returns incident_card
language sql stable as $$
  select row(i.number, i.id, i.tenant_id, i.state, i.severity, i.service, i.team, i.line, i.type, i.assignee, i.reporter,
    i.open, i.major, i.assessing, i.supplier, i.parent, i.created_at,
    array_remove(array[
      'tenant:' || i.tenant_id, 'state:' || i.state, 'severity:' || i.severity, 'service:' || i.service, 'team:' || i.team,
      'line:' || i.line, 'type:' || i.type, 'assignee:' || coalesce(i.assignee, '@nobody'), 'reporter:' || i.reporter,
      case when i.open then 'open' else 'ended' end, case when i.major then 'major' end,
      case when i.assessing then 'assessing' end, case when i.supplier is not null then 'supplier' end,
      'supplier:' || i.supplier, 'parent:' || i.parent,
      'day:' || floor(extract(epoch from i.created_at) / 86400)::text,
      'year:' || extract(year from i.created_at at time zone 'UTC')::text,
      'month:' || (extract(year from i.created_at at time zone 'UTC') * 12
        + extract(month from i.created_at at time zone 'UTC') - 1)::text,
      -- Ever larger ranges of numbers: where matches lie is found by going down them.
      'n12:' || (i.number >> 12)::text, 'n15:' || (i.number >> 15)::text, 'n18:' || (i.number >> 18)::text,
      'n24:' || (i.number >> 24)::text], null))::incident_card
$$;

create function write_incident_card() returns trigger
language plpgsql as $$
begin
  insert into incident_card select (incident_card_of(new)).*
  on conflict (number) do update set tenant_id = excluded.tenant_id, state = excluded.state, severity = excluded.severity,
    service = excluded.service, team = excluded.team, line = excluded.line, type = excluded.type,
    assignee = excluded.assignee, reporter = excluded.reporter, open = excluded.open, major = excluded.major,
    assessing = excluded.assessing, supplier = excluded.supplier, parent = excluded.parent,
    created_at = excluded.created_at, facets = excluded.facets;
  return null;
end $$;

insert into incident_card select c.* from incident i cross join lateral incident_card_of(i) c;
-- Entries wait in a short list that every query reads through (some 0.2 ms): a command pays a third for them that way.
create index incident_card_facets on incident_card using gin (facets) with (gin_pending_list_limit = 128);

create trigger incident_card_insert after insert on incident
  for each row execute function write_incident_card();
create trigger incident_card_update after update on incident
  for each row when ((old.tenant_id, old.state, old.severity, old.service, old.team, old.line, old.type, old.assignee, old.reporter,
      old.open, old.major, old.assessing, old.supplier, old.parent, old.created_at)
    is distinct from (new.tenant_id, new.state, new.severity, new.service, new.team, new.line, new.type, new.assignee, new.reporter,
      new.open, new.major, new.assessing, new.supplier, new.parent, new.created_at))
  execute function write_incident_card();

-- What the card has taken over; each was written again at every command. incident_open_due stays: lists by promise walk it.
drop index incident_tenant;
drop index incident_severity;
drop index incident_service;
drop index incident_assignee;
drop index incident_reporter;

-- Texts to be found by, of every kind of case: lexemes made by domain/search-text.ts, as many rows as a tsvector's limits ask for.
create table search_text (
  case_id text not null,
  part int not null,
  -- Number of the case within its kind: lists are newest first.
  number bigint not null,
  tenant_id text not null,
  -- all = the texts are for everybody who sees the case; else two sets of rows: staff = all texts, requester = without what
  -- is internal.
  audience text not null check (audience in ('all', 'staff', 'requester')),
  -- 'kind:INC', 'tenant:…', 'audience:…', 'month:…', 'n12:…': they stand in the same index as the words.
  marks text[] not null,
  words tsvector not null,
  tokenizer_version int not null,
  primary key (case_id, part)
);
create index search_text_words on search_text using gin (words, marks) with (gin_pending_list_limit = 256);
-- Rows of older tokenizers, for `continuo search reindex`.
create index search_text_version on search_text (tokenizer_version, number);

-- The words of a case are read anew some time after one of its events brought text: one row of the queue for all that
-- happens until then. Opening texts are written with the case itself (activities/incident.ts).
create function enqueue_search() returns trigger
language plpgsql as $$
begin
  -- Locked until commit: whoever takes that row afterwards sees this event.
  perform from outbox where case_id = new.case_id and lane = 'search' and state = 'ready' and leased_until is null
    for update skip locked limit 1;
  if not found then
    insert into outbox (key, tenant_id, case_id, kind, payload, lane, not_before)
    values ('search:' || new.case_id || ':' || new.seq, new.tenant_id, new.case_id, 'index', '{}', 'search',
      clock_timestamp() + interval '500 ms')
    on conflict (key) do nothing;
  end if;
  return null;
end $$;
create trigger case_event_search after insert on case_event
  for each row when (new.seq > 1 and (new.kind = 'alerts_changed'
    or (new.actor <> 'system' and new.body ?| '{text,note,reason,resolution,report,reference,subject}'::text[])))
  execute function enqueue_search();

-- Titles are found by words now.
drop table case_title;

-- Views that people keep: of one person, or shared with everybody of a tenant.
create table saved_view (
  id uuid primary key,
  tenant_id text not null,
  -- What it lists: 'incident'.
  kind text not null,
  -- Login; null = shared.
  owner text,
  name text not null,
  -- Parameters of the list's URL: {"state": ["new"], "assignee": ["@me"], "sort": "dueAt"}
  filter jsonb not null,
  -- Columns shown, in order; null = the usual ones.
  columns text[],
  version int not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null
);
create unique index saved_view_name on saved_view (tenant_id, kind, coalesce(owner, ''), lower(name));
create index saved_view_owner on saved_view (owner, kind) where owner is not null;
