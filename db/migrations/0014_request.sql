-- Requests (R2.2, R6): the projection of their workflows, what was filled in, and how they are found.

create sequence request_number;

-- Compiled plans that requests pin (I7), stored once by content hash.
create table request_plan (
  id text primary key,
  plan jsonb not null
);

-- What was filled in, never changed: a vote is bound to the hash of what was shown (I5). Personal data stays here and never
-- enters the histories of the engine.
create table request_content (
  tenant_id text not null,
  -- SHA-256, hex, of form version, data and attachments.
  hash text not null,
  -- `form/<name>@<version>`.
  form text not null,
  data jsonb not null,
  -- Ids of attachments.
  attachments jsonb not null default '[]',
  created_by text not null,
  created_at timestamptz not null,
  primary key (tenant_id, hash)
);

-- Projection of the request workflows (I2): written only by the projection activity, guarded by seq.
create table request (
  id text primary key,
  number bigint not null unique,
  tenant_id text not null,
  seq int not null,
  title text not null,
  state text not null,
  item text not null,
  process text not null,
  service text not null,
  team text not null,
  requester text not null,
  beneficiary text not null,
  -- Name of the present stage of the progress line.
  stage text not null,
  -- Logins and teams that are waited for now.
  waiting_logins text[] not null default '{}',
  waiting_teams text[] not null default '{}',
  -- Logins that vote now, and everybody who ever was asked to: they may read it.
  voting text[] not null default '{}',
  involved text[] not null default '{}',
  -- Roles it was shared with (R6.3).
  shared_with text[] not null default '{}',
  parent text,
  follows text,
  outcome text,
  open boolean not null,
  -- Next moment at which the case acts by itself (I3); null only when it is over.
  next_at timestamptz,
  due_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  ended_at timestamptz,
  content_hash text not null,
  doc jsonb not null,
  -- Input of the fold beside the plan: {facts, calendars: {id: version}} (I6).
  sla jsonb not null,
  plan_id text not null,
  inputs jsonb not null default '[]',
  head_hash bytea not null
);
create index request_tenant on request (tenant_id, number desc);
create index request_requester on request (requester, number desc);
create index request_beneficiary on request (beneficiary, number desc);
create index request_open on request (number desc) where open;
create index request_open_due on request ((coalesce(due_at, 'infinity')), number) where open;
create index request_title_trigrams on request using gin (title gin_trgm_ops);
create index request_next on request (next_at) where open;
create index request_item on request (item, number desc);
create index request_team on request (team, number desc) where open;
create index request_voting on request using gin (voting) where open;
create index request_waiting_logins on request using gin (waiting_logins) where open;
create index request_involved on request using gin (involved);
create index request_parent on request (parent) where parent is not null;

-- Appends the events of a case to its chain (I11): refuses gaps, skips what is there, finds another story.
--   p_events  ascending: [{seq, kind, at (ISO 8601), actor, body}]; p_texts: canonical JSON of each, which is hashed
-- `same` false: an event that is there differs from the one to be written.
create function append_case_events(p_id text, p_tenant text, p_before int, p_head bytea, p_events jsonb, p_texts text[],
  out same boolean, out head bytea, out upto int)
language plpgsql as $$
declare
  v_event jsonb;
  v_n int := 0;
  v_prev bytea;
begin
  same := true;
  head := p_head;
  upto := p_before;
  for v_event in select value from jsonb_array_elements(p_events) loop
    v_n := v_n + 1;
    if (v_event ->> 'seq')::int <= p_before then
      perform from case_event where case_id = p_id and seq = (v_event ->> 'seq')::int
        and at = (v_event ->> 'at')::timestamptz and kind = v_event ->> 'kind' and actor = v_event ->> 'actor'
        and body = v_event -> 'body';
      if not found then
        same := false;
        return;
      end if;
      continue;
    end if;
    upto := upto + 1;
    if (v_event ->> 'seq')::int <> upto then
      raise exception '%: event % expected, got %', p_id, upto, v_event ->> 'seq';
    end if;
    v_prev := head;
    head := sha256(v_prev || convert_to(p_texts[v_n], 'UTF8'));
    insert into case_event (case_id, seq, tenant_id, kind, at, actor, body, prev_hash, hash)
    values (p_id, upto, p_tenant, v_event ->> 'kind', (v_event ->> 'at')::timestamptz, v_event ->> 'actor',
      v_event -> 'body', v_prev, head);
  end loop;
end $$;

-- The projection of a request in one round trip; arguments and answer as project_incident (0004).
create function project_request(p_row jsonb, p_events jsonb, p_texts text[], p_settle jsonb, p_inputs jsonb,
  out before int, out committed jsonb)
language plpgsql as $$
declare
  v_id text := p_row ->> 'id';
  v_seq int := (p_row ->> 'seq')::int;
  v_inputs jsonb;
  v_head bytea;
  v_appended record;
  v_settle jsonb;
begin
  select seq, head_hash, inputs into before, v_head, v_inputs from request where id = v_id for update;
  if not found then
    perform pg_advisory_xact_lock(hashtextextended(v_id, 0));
    select seq, head_hash, inputs into before, v_head, v_inputs from request where id = v_id for update;
  end if;
  if not found then
    before := 0;
    v_head := decode(repeat('00', 32), 'hex');
  end if;
  select * into v_appended from append_case_events(v_id, p_row ->> 'tenant_id', before, v_head, p_events, p_texts);
  if not v_appended.same then
    committed := coalesce(v_inputs, '[]');
    return;
  end if;
  if before >= v_seq then
    return;
  end if;
  if v_appended.upto <> v_seq then
    raise exception '%: events up to % expected, got only %', v_id, v_seq, v_appended.upto;
  end if;
  if before = 0 then
    insert into request select (jsonb_populate_record(null::request,
      p_row || jsonb_build_object('head_hash', v_appended.head, 'inputs', p_inputs))).*;
  else
    update request q set seq = r.seq, title = r.title, state = r.state, team = r.team, stage = r.stage,
      waiting_logins = r.waiting_logins, waiting_teams = r.waiting_teams, voting = r.voting,
      involved = array(select distinct unnest(q.involved || r.involved) order by 1),
      shared_with = r.shared_with, outcome = r.outcome, open = r.open, next_at = r.next_at, due_at = r.due_at,
      updated_at = r.updated_at, ended_at = r.ended_at, content_hash = r.content_hash, doc = r.doc, sla = r.sla,
      head_hash = v_appended.head, inputs = p_inputs
    from jsonb_populate_record(null::request, p_row) r where q.id = v_id;
  end if;
  for v_settle in select value from jsonb_array_elements(p_settle) loop
    continue when (v_settle ->> 'seq')::int <= before;
    -- `steps` holds patterns of the names of page steps.
    with due as (
      select key from page where case_id = v_id and outcome is null
        and step like any(array(select jsonb_array_elements_text(v_settle -> 'steps')))
      order by key for update
    )
    update page p set outcome = 'superseded', reason = v_settle ->> 'reason', settled_at = (v_settle ->> 'at')::timestamptz
    from due where p.key = due.key;
  end loop;
  perform pg_notify('continuo_case', json_build_object('tenantId', p_row ->> 'tenant_id', 'id', v_id, 'seq', v_seq,
    'kind', p_events -> -1 ->> 'kind')::text);
end $$;
