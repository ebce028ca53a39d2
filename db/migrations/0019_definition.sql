-- Life of definitions: changes proposed by one and published by another; owners who have left (R1.3).

-- A change of definitions that somebody else than its author looks at. Nothing of it is ever edited: another look is another
-- proposal.
create table definition_proposal (
  id uuid primary key,
  -- For whom they are published; '*': for all tenants.
  tenant_id text not null,
  -- [{"path": "forms/disk.yaml", "text": "…"}]
  files jsonb not null,
  -- The documents in them as they were read.
  docs jsonb not null,
  -- Id (kind/name) → version it was made against; 0: there was none.
  based_on jsonb not null,
  note text not null,
  state text not null check (state in ('proposed', 'published', 'refused')),
  created_by text not null,
  created_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  -- Why it was refused.
  reason text,
  -- kind/name@version of what was published.
  published jsonb not null default '[]',
  check (decided_by is distinct from created_by)
);
create index definition_proposal_newest on definition_proposal (created_at desc, id desc);
create index definition_proposal_open on definition_proposal (created_at desc, id desc) where state = 'proposed';

-- Owners (person) of published services and items who are active no longer; a row ends when they come back or another owns it.
create table owner_leaving (
  -- Of the definition; '*': shared.
  tenant_id text not null,
  kind text not null,
  name text not null,
  login text not null,
  noticed_at timestamptz not null,
  task_id text not null,
  primary key (tenant_id, kind, name, login)
);
