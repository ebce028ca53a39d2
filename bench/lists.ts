import type { Knex } from 'knex';
import { generateCrowd } from './incident-crowd';
import { type Call, type Load, load } from './load';

const FROM = 2_000_000;

/** Writes so many incidents straight into SQL, by copying the shape of one that the platform made itself. */
export async function generateIncidents(db: Knex, count: number, say: (line: string) => void): Promise<void> {
  const model = await db('incident').orderBy('number').first('id');
  if (!model) throw new Error('no incident to copy the shape from');
  await generateCrowd(db, { count, from: FROM, model: model.id }, say);
}

/** Queries that the screen offers: common, rare, old, of nothing; by number and by promise; alone and together. */
const QUERIES = [
  '',
  'open=true',
  'open=true&sort=dueAt',
  'state=new,acknowledged&sort=dueAt',
  'state=resolved&open=true&sort=dueAt',
  'state=closed',
  'severity=I',
  'severity=I,II&open=true&sort=dueAt',
  'service=retired',
  'service=service48,service49',
  'service=retired&severity=I',
  'assignee=engineer7',
  'assignee=engineer7&open=true&sort=dueAt',
  'assignee=@nobody&open=true&sort=dueAt',
  'reporter=person5',
  'reporter=person5&service=retired&severity=I',
  'line=3&type=fault&state=closed&severity=I',
  'team=team3&service=service0&state=cancelled',
  'major=true&open=true',
  'major=true&supplier=@any&parent=INC-000001',
  'supplier=@any&assignee=@nobody',
  'assessing=true&sort=dueAt',
  'createdFrom=2024-11-01T00:00:00Z&createdTo=2024-12-01T00:00:00Z',
  'createdTo=2025-01-01T00:00:00Z&severity=I&line=3',
  'open=false&service=retired&createdFrom=2026-01-01T00:00:00Z',
  'q=INC-2500000',
  'q=网络中断',
  'q=网络中断%204999',
  'q=ERR-17&open=true&sort=dueAt',
  'q=值班人员%20silent&service=retired',
  'q=网络中断&reporter=person5',
  'q=网络中断&createdTo=2025-01-01T00:00:00Z',
  'q=没有这回事&open=true',
];
/** Counts of tabs. */
const COUNTS = ['open=true', 'assignee=@nobody&open=true', 'state=closed', 'service=retired&severity=I'];

/** Latency of each list query by HTTP, four callers. */
export async function listLatency(call: Call, seconds: number): Promise<{ query: string; load: Load }[]> {
  const results = [];
  const paths = [...QUERIES.map((q) => `?limit=50&${q}`), ...COUNTS.map((q) => `/count?${q}`)];
  for (const path of paths) {
    const query = decodeURIComponent(path.replace('?limit=50&', '')) || '(none)';
    results.push({ query, load: await load(4, seconds, () => call('GET', `/api/v1/incidents${path}`)) });
  }
  return results;
}
