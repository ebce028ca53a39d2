import type { Knex } from 'knex';
import { priorityOf } from '../domain/alert';
import type { GroupUpdate } from '../domain/alert-group';
import { enqueueDispatch } from './alert-dispatch';
import { CONVERGENCE_WAKE } from './alert-review';
import { notifyLanes } from './queue';

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/** Stores what groups have become, and asks for the dispatch of those that are due. */
export async function storeGroups(trx: Knex, updates: readonly GroupUpdate[], now: number): Promise<void> {
  const isDue = ({ dueAt }: GroupUpdate) => dueAt !== null && dueAt <= now;
  await updateGroups(
    trx,
    updates.map((u) => (isDue(u) ? { ...u, dueAt: null } : u)),
  );
  await enqueueDispatch(
    trx,
    updates.filter(isDue).map(({ id: groupId, tenantId, incidentId }) => ({ groupId, tenantId, incidentId })),
  );
  if (updates.some((u) => u.dueAt !== null && !isDue(u))) await notifyLanes(trx, [CONVERGENCE_WAKE]);
}

async function updateGroups(trx: Knex, updates: readonly GroupUpdate[]): Promise<void> {
  if (updates.length === 0) return;
  const rows = updates.map((update) => {
    const { id, push, at, weight, version, firedVersion, seenVersion, firing, held, total, timing } = update;
    return {
      ...{ id, version, fired: firedVersion, seen: seenVersion, firing, held, total, timing },
      ...{ due: iso(update.dueAt), repeat: iso(update.repeatAt), resolve: iso(update.resolveAt) },
      held_since: iso(update.heldSince),
      fresh: push !== null,
      rule: push?.rule,
      title: push?.title,
      description: push?.description,
      labels: push?.labels,
      truncated: push?.truncated,
      at: iso(at),
      ...(weight === null ? {} : priorityOf(weight)),
    };
  });
  await trx.raw(
    `update alert_group g set version = p.version, fired_version = p.fired, seen_version = p.seen, firing = p.firing,
       held = p.held, total = p.total, timing = p.timing, due_at = p.due, repeat_at = p.repeat, resolve_at = p.resolve,
       held_since = p.held_since, resolving = g.resolving and p.firing + p.held = 0, rule = case when p.fresh then p.rule else g.rule end, title = coalesce(p.title, g.title),
       description = coalesce(p.description, g.description), labels = coalesce(p.labels, g.labels),
       truncated = coalesce(p.truncated, g.truncated), updated_at = greatest(g.updated_at, p.at),
       impact = coalesce(p.impact, g.impact), urgency = coalesce(p.urgency, g.urgency)
     from jsonb_to_recordset(?::jsonb) as p (id bigint, version bigint, fired bigint, seen bigint, firing int, held int,
       total int, timing jsonb, due timestamptz, repeat timestamptz, resolve timestamptz, held_since timestamptz,
       fresh boolean, rule text, title text, description text, labels jsonb, truncated int, at timestamptz, impact text,
       urgency text)
     where g.id = p.id`,
    [JSON.stringify(rows)],
  );
}
