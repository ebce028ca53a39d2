import type { Knex } from 'knex';
import type { Impact, Urgency } from '../domain/incident-plan';
import { type Convention, type Converged, converge, type ReceivedPush } from './alert-convergence';

/** A group as it would stand after a push. */
export interface TriedGroup {
  converged: Converged;
  title: string;
  rule: string | null;
  service: string;
  impact: Impact;
  urgency: Urgency;
  firing: number;
  held: number;
  /** Was there before. */
  existed: boolean;
  /** Of the open incident; null without one. */
  incidentState: string | null;
  /** Had an incident that has ended. */
  hadIncident: boolean;
}

/** Carries the answer out of the transaction that must not stay. */
class Undone extends Error {
  constructor(readonly groups: TriedGroup[]) {
    super('undone on purpose');
  }
}

/**
 * What a push would do: the intake's own statements, undone before anybody sees them, so that the answer cannot differ
 * from what happens. The groups it names are locked for that moment.
 */
export async function tryPush(
  db: Knex,
  push: ReceivedPush,
  conventionFor: (trx: Knex) => Promise<Convention>,
): Promise<TriedGroup[]> {
  try {
    return await db.transaction(async (trx) => {
      const convention = await conventionFor(trx);
      const newest: { rows: { id: number }[] } = await trx.raw('select coalesce(max(id), 0) as id from alert_group');
      const converged = await converge(trx, [push], convention);
      throw new Undone(await groupsAfter(trx, converged, newest.rows[0]?.id ?? 0));
    });
  } catch (error) {
    if (error instanceof Undone) return error.groups;
    throw error;
  }
}

type GroupRow = Omit<TriedGroup, 'converged' | 'existed'> & { id: number };

async function groupsAfter(trx: Knex, converged: readonly Converged[], newest: number): Promise<TriedGroup[]> {
  const found: { rows: GroupRow[] } = await trx.raw(
    `select g.id, g.title, g.rule, g.service, g.impact, g.urgency, g.firing, g.held, i.state as "incidentState",
       exists (select 1 from alert_incident a where a.group_id = g.id and a.incident_id is distinct from g.incident_id) as "hadIncident"
     from alert_group g left join incident i on i.id = g.incident_id where g.id = any(?::bigint[])`,
    [converged.map(({ fold }) => fold.group.id)],
  );
  const rows = new Map(found.rows.map((row) => [row.id, row]));
  return converged.flatMap((one) => {
    const row = rows.get(one.fold.group.id);
    return row ? [{ ...row, converged: one, existed: row.id <= newest }] : [];
  });
}
