import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { managersOf } from './manager';

/** Kind of the task that says: this service or item needs another owner. */
export const OWNER_MISSING = 'owner-missing';
/** Role whose queue gets it when the owner had no superior. */
const QUEUE = 'service-level-manager';

interface Leaving {
  /** Of the definition; `*`: shared. */
  tenantId: string;
  kind: string;
  name: string;
  login: string;
  displayName: string;
  /** Tenant of the person. */
  home: string;
  title: { 'zh-CN': string; en: string };
}

/** The newest version of each definition that has an owner, where that owner is a person. */
const OWNED = `select distinct on (tenant_id, kind, name) tenant_id, kind, name, doc -> 'title' as title,
    substring(doc ->> 'owner' from '^person\\((.+)\\)$') as login
  from definition_version where kind in ('service', 'catalogue-item') order by tenant_id, kind, name, version desc`;

/** Gives the superior of an owner who has left a task, once for each leaving; ends those of owners who are back. */
export async function tellOwnersMissing(db: Knex, now: Date): Promise<{ told: number; ended: number }> {
  return db.transaction(async (trx) => {
    // One worker at a time: two would give two tasks.
    await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [OWNER_MISSING]);
    const ended = await endSettled(trx, now);
    const found: { rows: Leaving[] } = await trx.raw(
      `with owned as (${OWNED})
       select o.tenant_id as "tenantId", o.kind, o.name, o.login, o.title, p.display_name as "displayName", p.tenant_id as home
       from owned o join person p on p.login = o.login and not p.active
       where not exists (select from owner_leaving l where l.tenant_id = o.tenant_id and l.kind = o.kind and l.name = o.name
         and l.login = o.login)
       order by 1, 2, 3`,
    );
    for (const leaving of found.rows) await tell(trx, leaving, now);
    return { told: found.rows.length, ended };
  });
}

async function tell(trx: Knex, l: Leaving, now: Date): Promise<void> {
  const superior = (await managersOf(trx, l.login, Number.POSITIVE_INFINITY)).find((m) => m.active);
  const tenantId = l.tenantId === '*' ? l.home : l.tenantId;
  const taskId = `${OWNER_MISSING}/${randomUUID()}`;
  const titles = {
    'zh-CN': `“${l.title['zh-CN']}”缺少负责人：${l.displayName} 已停用，请在定义中指定新的负责人`,
    en: `“${l.title.en}” has no owner: ${l.displayName} has left; name another in its definition`,
  };
  await trx('task').insert({
    id: taskId,
    tenant_id: tenantId,
    case_id: null,
    kind: OWNER_MISSING,
    title: titles['zh-CN'],
    titles: JSON.stringify(titles),
    assignee: superior?.login ?? null,
    team: QUEUE,
    state: 'open',
    created_at: now.toISOString(),
  });
  await trx('owner_leaving').insert({
    tenant_id: l.tenantId,
    kind: l.kind,
    name: l.name,
    login: l.login,
    noticed_at: now.toISOString(),
    task_id: taskId,
  });
}

/** Forgets leavings that are over: the person is back, or somebody else is the owner now. @returns how many */
async function endSettled(trx: Knex, now: Date): Promise<number> {
  const over: { rows: { task_id: string }[] } = await trx.raw(
    `with owned as (${OWNED})
     delete from owner_leaving l where not exists (select from owned o join person p on p.login = o.login and not p.active
       where o.tenant_id = l.tenant_id and o.kind = l.kind and o.name = l.name and o.login = l.login)
     returning l.task_id`,
  );
  const ids = over.rows.map((row) => row.task_id);
  await trx('task')
    .whereIn('id', ids)
    .where({ state: 'open' })
    .update({ state: 'done', done_at: now.toISOString(), done_by: 'system', result: 'owner-named' });
  return ids.length;
}
