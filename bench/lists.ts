import type { Knex } from 'knex';
import { type Call, type Load, load } from './load';

/** Writes so many incidents straight into SQL, by copying the shape of one that the platform made itself. */
export async function generateIncidents(db: Knex, count: number, say: (line: string) => void): Promise<void> {
  const model = await db('incident').orderBy('number').first('id');
  if (!model) throw new Error('no incident to copy the shape from');
  for (let done = 0; done < count; done += BATCH) {
    await db.raw(GENERATE, [2_000_000 + done, 2_000_000 + Math.min(done + BATCH, count) - 1, model.id]);
    say(`${Math.min(done + BATCH, count)} of ${count} incidents generated`);
  }
  await db.raw(
    `insert into case_title (case_id, tenant_id, title) select id, tenant_id, title from incident on conflict do nothing`,
  );
  await db.raw('vacuum analyze incident, case_title');
}
const BATCH = 50_000;

// One in 200 is open: what a service desk has after years.
const GENERATE = `
insert into incident (id, number, tenant_id, seq, title, state, severity, service, team, assignee, reporter, source, open,
  next_at, due_at, escalation_level, acknowledged_at, created_at, updated_at, doc, sla, plan_id, head_hash)
select v.id, n, m.tenant_id, m.seq, v.title, v.state, v.severity, m.service, m.team, v.assignee, 'person' || n % 997, m.source, v.open,
  case when v.open then m.created_at end, case when v.open then m.created_at + n % 86400 * interval '1 second' end,
  0, m.acknowledged_at, m.created_at - (3000000 - n) * interval '1 minute', m.updated_at,
  m.doc || jsonb_build_object('id', v.id, 'title', v.title, 'state', v.state, 'severity', v.severity, 'assignee', v.assignee),
  m.sla, m.plan_id, m.head_hash
from generate_series(?::bigint, ?::bigint) n
cross join (select * from incident where id = ?) m
cross join lateral (select 'INC-' || n as id, (array['Disk almost full', '存储无响应', 'Login fails', '网络中断'])[n % 4 + 1] || ' ' || n % 5003 as title,
  n % 200 = 0 as open,
  case when n % 200 = 0 then (array['new', 'acknowledged', 'pending', 'resolved'])[n / 200 % 4 + 1] when n % 37 = 0 then 'cancelled' else 'closed' end as state,
  (array['I', 'II', 'III', 'III', 'III', 'IV', 'IV', 'IV', 'IV', 'IV'])[n % 10 + 1] as severity,
  'engineer' || n % 50 as assignee) v`;

/** Queries that the screen offers. */
const QUERIES = [
  '',
  'open=true',
  'open=true&sort=dueAt',
  'state=new,acknowledged&sort=dueAt',
  'state=closed',
  'severity=I',
  'severity=I,II&open=true&sort=dueAt',
  'assignee=engineer7',
  'assignee=engineer7&open=true',
  'q=INC-2500000',
  'q=网络中断%204999',
];

/** Latency of each list query by HTTP, four callers. */
export async function listLatency(call: Call, seconds: number): Promise<{ query: string; load: Load }[]> {
  const results = [];
  for (const query of QUERIES)
    results.push({
      query: query || '(none)',
      load: await load(4, seconds, () => call('GET', `/api/v1/incidents?limit=50&${query}`)),
    });
  return results;
}
