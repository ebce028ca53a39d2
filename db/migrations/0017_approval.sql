-- Approvals: one-time links in mails, and what effects of requests were answered.

-- A link that lets one person decide one thing (I5). Only the hash of its token is kept.
create table approval_link (
  -- SHA-256 of the token.
  token_hash bytea primary key,
  tenant_id text not null,
  person_id uuid not null references person (id) on delete cascade,
  case_id text not null,
  step text not null,
  visit int not null,
  -- Hash of the content the mail was about; a vote is bound to it.
  shown text not null,
  created_at timestamptz not null default now(),
  -- Instant of the step's stated consequence; null: it stands open until somebody decides.
  expires_at timestamptz,
  used_at timestamptz,
  -- What it was used for.
  decision text check (decision in ('approve', 'reject'))
);
create index approval_link_case on approval_link (case_id, person_id);

-- What an effect of a request was answered: a repeat answers the same, whatever has changed meanwhile.
create table request_effect_answer (
  key text primary key,
  tenant_id text not null,
  case_id text not null,
  answer jsonb not null,
  -- Instant of the effect, the case's clock.
  at timestamptz not null
);
create index request_effect_answer_case on request_effect_answer (case_id);

-- The index of words holds incidents (0009); requests are found by their titles.
drop trigger case_event_search on case_event;
create trigger case_event_search after insert on case_event
  for each row when (new.seq > 1 and new.case_id not like 'REQ-%' and (new.kind = 'alerts_changed'
    or (new.actor <> 'system' and new.body ?| '{text,note,reason,resolution,report,reference,subject}'::text[])))
  execute function enqueue_search();
