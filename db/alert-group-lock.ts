import type { Knex } from 'knex';
import type { GroupRow } from '../domain/alert-group';
import { DEFAULT_TIMING } from '../domain/alert-rules';

/** Columns of {@link StoredGroup}. */
export const GROUP_COLUMNS = `g.id, g.tenant_id as "tenantId", g.source_id as "sourceId", g.group_key as "groupKey",
  g.incident_id as "incidentId", g.version, g.seen_version as "seenVersion", g.fired_version as "firedVersion",
  g.firing, g.episode, g.timing, g.due_at, g.repeat_at, g.resolve_at, g.dispatched_at, g.held_since`;

type Times = 'dueAt' | 'repeatAt' | 'resolveAt' | 'dispatchedAt' | 'heldSince';
interface StoredGroup extends Omit<GroupRow, Times> {
  sourceId: string;
  groupKey: string;
  due_at: string | null;
  repeat_at: string | null;
  resolve_at: string | null;
  dispatched_at: string | null;
  held_since: string | null;
}
/** A group whose row is locked. */
export type LockedGroup = GroupRow & { sourceId: string; groupKey: string };

const ms = (instant: string | null) => (instant === null ? null : Date.parse(instant));

/** A row of {@link GROUP_COLUMNS}. */
export function readGroup(row: StoredGroup): LockedGroup {
  const { due_at, repeat_at, resolve_at, dispatched_at, held_since, timing, ...rest } = row;
  return {
    ...rest,
    timing: { ...DEFAULT_TIMING, ...timing },
    dueAt: ms(due_at),
    repeatAt: ms(repeat_at),
    resolveAt: ms(resolve_at),
    dispatchedAt: ms(dispatched_at),
    heldSince: ms(held_since),
  };
}

/** Locks groups in the order of their ids: whoever needs several takes them in this order. */
export async function lockGroupIds(trx: Knex, ids: readonly number[]): Promise<LockedGroup[]> {
  if (ids.length === 0) return [];
  const found: { rows: StoredGroup[] } = await trx.raw(
    `select ${GROUP_COLUMNS} from alert_group g where g.id = any(?::bigint[]) order by g.id for update of g`,
    [[...ids]],
  );
  return found.rows.map(readGroup);
}
