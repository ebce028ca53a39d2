-- The whole incident: lines and assessor, relations, major, supplier, facts for later figures (R2.3, R2.4, R3).
alter table incident
  add column type text,
  add column line smallint,
  add column major boolean not null default false,
  add column parent text,
  add column first_handler text,
  add column resolving_line smallint,
  -- Contacts of the requester, and openings after the first.
  add column contacts int not null default 0,
  add column reopens int not null default 0,
  -- Name of the supplier that has the case; null again when it is done.
  add column supplier text,
  -- The case lies with the level assessor.
  add column assessing boolean not null default false,
  add column merged_into text;

-- A task may have a limit, and somebody has ended it.
alter table task add column if not exists due_at timestamptz;

-- As in 0004, with the new columns, and: an answer settles pages of the escalation only ("escalationOnly").
create or replace function project_incident(p_row jsonb, p_events jsonb, p_texts text[], p_settle jsonb, p_inputs jsonb,
  out before int, out committed jsonb)
language plpgsql as $$
declare
  v_id text := p_row ->> 'id';
  v_seq int := (p_row ->> 'seq')::int;
  v_before int;
  v_inputs jsonb;
  v_head bytea;
  v_prev bytea;
  v_expected int;
  v_event jsonb;
  v_n int := 0;
  v_settle jsonb;
begin
  select seq, head_hash, inputs into v_before, v_head, v_inputs from incident where id = v_id for update;
  if not found then
    -- No row to lock: two first projections of one case must still come one after the other.
    perform pg_advisory_xact_lock(hashtextextended(v_id, 0));
    select seq, head_hash, inputs into v_before, v_head, v_inputs from incident where id = v_id for update;
  end if;
  if not found then
    v_before := 0;
    v_head := decode(repeat('00', 32), 'hex');
  end if;
  before := v_before;
  v_expected := v_before;
  for v_event in select value from jsonb_array_elements(p_events) loop
    v_n := v_n + 1;
    if (v_event ->> 'seq')::int <= v_before then
      perform from case_event where case_id = v_id and seq = (v_event ->> 'seq')::int
        and at = (v_event ->> 'at')::timestamptz and kind = v_event ->> 'kind' and actor = v_event ->> 'actor'
        and body = v_event -> 'body';
      if not found then
        committed := coalesce(v_inputs, '[]');
        return;
      end if;
      continue;
    end if;
    v_expected := v_expected + 1;
    if (v_event ->> 'seq')::int <> v_expected then
      raise exception '%: event % expected, got %', v_id, v_expected, v_event ->> 'seq';
    end if;
    v_prev := v_head;
    v_head := sha256(v_prev || convert_to(p_texts[v_n], 'UTF8'));
    insert into case_event (case_id, seq, tenant_id, kind, at, actor, body, prev_hash, hash)
    values (v_id, v_expected, p_row ->> 'tenant_id', v_event ->> 'kind', (v_event ->> 'at')::timestamptz,
      v_event ->> 'actor', v_event -> 'body', v_prev, v_head);
  end loop;
  if v_before >= v_seq then
    return;
  end if;
  if v_expected <> v_seq then
    raise exception '%: events up to % expected, got only %', v_id, v_seq, v_expected;
  end if;
  if v_before = 0 then
    insert into incident
    select (jsonb_populate_record(null::incident, p_row || jsonb_build_object('head_hash', v_head, 'inputs', p_inputs))).*;
  else
    update incident i set seq = r.seq, title = r.title, state = r.state, severity = r.severity, service = r.service,
      team = r.team, assignee = r.assignee, open = r.open, next_at = r.next_at, due_at = r.due_at,
      escalation_level = r.escalation_level, type = r.type, line = r.line, major = r.major, parent = r.parent,
      first_handler = r.first_handler, resolving_line = r.resolving_line, contacts = r.contacts, reopens = r.reopens,
      supplier = r.supplier, assessing = r.assessing, merged_into = r.merged_into, acknowledged_at = r.acknowledged_at, updated_at = r.updated_at, doc = r.doc,
      sla = r.sla, head_hash = v_head, inputs = p_inputs
    from jsonb_populate_record(null::incident, p_row) r where i.id = v_id;
  end if;
  for v_settle in select value from jsonb_array_elements(p_settle) loop
    -- An event that is committed has settled its pages: those of a later visit are none of its business.
    continue when (v_settle ->> 'seq')::int <= v_before;
    -- Locked in the order of keys, as everybody does: no deadlock with a sender.
    with due as (
      select key from page
      where case_id = v_id and outcome is null
        -- An answer ends the escalation; reports and notices still have to arrive. The end of a case ends all but what is
        -- about its aftermath.
        and case when (v_settle ->> 'escalationOnly')::boolean then step ~ '^(level|reminder)-' else step !~ '^(mention|analysis)-' end
      order by key for update
    )
    update page p set outcome = 'superseded', reason = v_settle ->> 'reason', settled_at = (v_settle ->> 'at')::timestamptz
    from due where p.key = due.key;
  end loop;
  perform pg_notify('continuo_case', json_build_object('tenantId', p_row ->> 'tenant_id', 'id', v_id, 'seq', v_seq,
    'kind', p_events -> -1 ->> 'kind')::text);
end $$;
