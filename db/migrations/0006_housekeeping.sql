-- What the liveness watch has found and nobody has mended yet (I3): an open case whose workflow does not run, or whose
-- workflow tasks fail again and again. A row goes when the case is well again.
create table liveness_finding (
  case_id text primary key,
  tenant_id text not null,
  finding text not null check (finding in ('not running', 'tasks fail')),
  detail text not null,
  found_at timestamptz not null
);

-- Rows given up are counted at every scrape.
create index inbox_dead on inbox (id) where state = 'dead';
create index outbox_dead on outbox (id) where state = 'dead';
