import type { Knex } from 'knex';
import { searchChunks } from '../domain/search-chunk';
import { TOKENIZER_VERSION } from '../domain/search-text';

/**
 * Writes many incidents straight into SQL, skewed as a service desk's are: most ended, few services with most of the cases,
 * a service that was retired long ago, few major ones, rare suppliers. Every one is a function of its number.
 */
export async function generateCrowd(
  db: Knex,
  options: { count: number; from: number; model: string },
  say: (line: string) => void = () => undefined,
): Promise<void> {
  const { count, from, model } = options;
  await db.raw('alter table incident disable trigger user');
  await db.raw('drop index incident_card_facets; drop index search_text_words');
  await db.raw('create table crowd_text (place int primary key, title text not null, words tsvector not null)');
  await db.batchInsert('crowd_text', texts(), 500);
  for (let done = 0; done < count; done += BATCH) {
    const last = Math.min(done + BATCH, count);
    await db.raw(GENERATE, [from + count - 1, count, from + done, from + last - 1, model]);
    await db.raw(SEARCH, [from + done, from + last - 1]);
    say(`${last} of ${count} incidents generated`);
  }
  await db.raw(
    'insert into incident_card select c.* from incident i cross join lateral incident_card_of(i) c on conflict do nothing',
  );
  await db.raw(
    'create index incident_card_facets on incident_card using gin (facets) with (gin_pending_list_limit = 128)',
  );
  await db.raw(
    'create index search_text_words on search_text using gin (words, marks) with (gin_pending_list_limit = 256)',
  );
  await db.raw('alter table incident enable trigger user');
  await db.raw('drop table crowd_text');
  await db.raw('vacuum analyze incident, incident_card, search_text');
}
const BATCH = 50_000;

/** Of a text that many cases share: words that a quarter of them have, and words of a single text. */
function texts(): { place: number; title: string; words: unknown }[] {
  return Array.from({ length: TEXTS }, (_, n) => {
    const title = `${WHAT[n % WHAT.length]} ${n} ${WHERE[n % WHERE.length]}`;
    const note = `${WHAT[(n * 7 + 1) % WHAT.length]}，已联系${WHERE[(n * 5) % WHERE.length]}值班人员 ERR-${n % 997}`;
    return { place: n, title, words: searchChunks(title, [note])[0] };
  });
}
const TEXTS = 5_003;
const WHAT = [
  'Disk almost full',
  '存储无响应',
  'Login fails',
  '网络中断',
  '交换机端口 down',
  '镜像拉取失败',
  'node_exporter is silent',
];
const WHERE = ['核心机房', 'web-01.prod', '政务云 A 区', '10.0.3.7', '备份一体机'];

const hash = (salt: number) => `(hashint8(n * 31 + ${salt}) & 2147483647)`;
const GENERATE = `
insert into incident (id, number, tenant_id, seq, title, state, severity, service, team, line, type, assignee, reporter, source,
  open, major, assessing, supplier, parent, next_at, due_at, created_at, updated_at, doc, sla, plan_id, head_hash)
select v.id, n, v.tenant, m.seq, t.title, s.state, v.severity, s.service, 'team' || v.h % 23, v.line, v.type, s.assignee,
  v.reporter, m.source, v.open, v.h2 % 500 = 0, v.open and v.h3 % 20 = 0, case when v.h3 % 150 = 1 then 'acme' end,
  case when v.h2 % 300 = 1 then 'INC-000001' end, case when v.open then m.created_at end,
  case when v.open and s.state <> 'resolved' then m.created_at + v.h % 86400 * interval '1 second' end,
  m.created_at - (k.newest - n) * interval '1 minute', m.updated_at,
  m.doc || jsonb_build_object('id', v.id, 'title', t.title, 'state', s.state, 'severity', v.severity, 'assignee', s.assignee,
    'reporter', v.reporter, 'tenantId', v.tenant),
  m.sla, m.plan_id, m.head_hash
from (select ?::bigint as newest, ?::bigint as total) k cross join generate_series(?::bigint, ?::bigint) n
cross join (select * from incident where id = ?) m
join crowd_text t on t.place = n % ${TEXTS}
cross join lateral (select 'INC-' || lpad(n::text, greatest(6, length(n::text)), '0') as id,
  ${hash(0)} as h, ${hash(5)} as h2, ${hash(9)} as h3,
  ${hash(0)} % 200 = 0 or k.newest - n < k.total / 500 as open,
  (array['I', 'II', 'III', 'III', 'III', 'IV', 'IV', 'IV', 'IV', 'IV'])[${hash(5)} % 10 + 1] as severity,
  1 + (${hash(9)} % 20) / 15 + (${hash(9)} % 20) / 18 + (${hash(9)} % 20) / 19 as line,
  (array['incident', 'incident', 'incident', 'fault', 'question'])[${hash(0)} / 7 % 5 + 1] as type,
  'person' || ${hash(5)} % 997 as reporter, case when ${hash(9)} % 10 = 0 then 'other' else m.tenant_id end as tenant) v
cross join lateral (select
  case when v.open then (array['new', 'acknowledged', 'pending', 'suspended', 'resolved'])[v.h2 / 11 % 5 + 1]
    when v.h % 37 = 0 then 'cancelled' else 'closed' end as state,
  case when k.newest - n > k.total * 4 / 5 and v.h2 % 3 = 0 then 'retired' else 'service' || least(v.h3 % 50, v.h3 / 50 % 50) end as service,
  case when v.h % 50 = 0 then null else 'engineer' || least(v.h2 / 3 % 60, v.h3 / 3 % 60) end as assignee) s`;

const SEARCH = `
insert into search_text (case_id, part, number, tenant_id, audience, marks, words, tokenizer_version)
select i.id, 0, i.number, i.tenant_id, 'all', array['kind:INC', 'tenant:' || i.tenant_id, 'audience:all'] || array(select f from unnest(c.facets) f where f ~ '^(day|month|year|n[0-9]+):'), t.words, ${TOKENIZER_VERSION}
from incident i cross join lateral incident_card_of(i) c join crowd_text t on t.place = i.number % ${TEXTS} where i.number between ? and ?`;
