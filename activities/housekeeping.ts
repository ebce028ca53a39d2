import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { removeUnusedAttachments } from '../db/attachment';
import { CASE_TABLES, type CaseTable } from '../db/case-event';
import { type LivenessFinding, noteFinding, openCases } from '../db/liveness';
import { tellOwnersMissing } from '../db/owner-missing';
import { ensurePartitions } from '../db/partition';
import { tellAbsences } from '../db/people-changed';

export interface HousekeepingDeps {
  db: Knex;
  log: Logger;
  /** Asks the engine about a case; null = all is well. */
  unwell(caseId: string): Promise<LivenessFinding | null>;
}

const WATCH_EVERY_MS = 60_000;
const PARTITIONS_EVERY_MS = 24 * 3_600_000;
const ABSENCES_EVERY_MS = 30_000;
const OWNERS_EVERY_MS = 60_000;
const UNUSED_EVERY_MS = 3_600_000;
/** How long a file that was uploaded may wait for a note to name it. */
const UNUSED_AFTER_MS = 24 * 3_600_000;
const PAGE = 100;
/** A case that has just ended is open in its row for a moment longer: what is seen twice is a finding. */
const SECOND_LOOK_MS = 5_000;

/**
 * Asks the engine about every open case, page by page (I12), and keeps what is wrong for `/metrics` and the log (I3).
 * @returns ids of the cases that are not well
 */
export async function watchLiveness(deps: HousekeepingDeps, secondLookMs = SECOND_LOOK_MS): Promise<string[]> {
  const found: string[] = [];
  for (const table of CASE_TABLES) found.push(...(await watchTable(deps, table, secondLookMs)));
  return found;
}

async function watchTable(deps: HousekeepingDeps, table: CaseTable, secondLookMs: number): Promise<string[]> {
  const found: string[] = [];
  for (let after = 0; ; ) {
    const page = await openCases(deps.db, table, after, PAGE);
    const last = page.at(-1);
    if (!last) return found;
    for (const c of page) {
      let finding = await deps.unwell(c.id);
      if (finding) finding = await lookAgain(deps, table, c.id, secondLookMs);
      await noteFinding(deps.db, c, finding);
      if (!finding) continue;
      found.push(c.id);
      deps.log.error({ case: c.id, ...finding }, 'open case that nothing will move by itself');
    }
    after = last.number;
  }
}

async function lookAgain(
  deps: HousekeepingDeps,
  table: CaseTable,
  id: string,
  afterMs: number,
): Promise<LivenessFinding | null> {
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  const open: unknown = await deps.db(table).where({ id, open: true }).first('id');
  return open === undefined ? null : deps.unwell(id);
}

/** Removes what was uploaded a day ago and no note names, page by page (I12); each is said in the log (I11). */
export async function removeUnused({ db, log }: Pick<HousekeepingDeps, 'db' | 'log'>, now: Date): Promise<number> {
  const before = new Date(now.getTime() - UNUSED_AFTER_MS).toISOString();
  for (let removed = 0; ; ) {
    const page = await removeUnusedAttachments(db, before, PAGE);
    removed += page.length;
    for (const { id, name, sha256, uploadedBy, caseId } of page) {
      log.info(
        { attachment: id, name, sha256, uploadedBy, case: caseId },
        'attachment removed: nothing named it for a day',
      );
    }
    if (page.length < PAGE) return removed;
  }
}

/**
 * Runs the platform's own chores in a worker: the liveness watch and owners who have left each minute, absences twice a
 * minute, unused attachments each hour, partitions each day.
 */
export function startHousekeeping(deps: HousekeepingDeps): { stop(): Promise<void> } {
  const chores = [
    every(WATCH_EVERY_MS, 'liveness watch', deps.log, () => watchLiveness(deps)),
    every(PARTITIONS_EVERY_MS, 'partitions', deps.log, () => ensurePartitions(deps.db, new Date())),
    every(ABSENCES_EVERY_MS, 'absences', deps.log, () => tellAbsences(deps.db, new Date())),
    every(OWNERS_EVERY_MS, 'owners who have left', deps.log, () => tellOwnersMissing(deps.db, new Date())),
    every(UNUSED_EVERY_MS, 'unused attachments', deps.log, () => removeUnused(deps, new Date())),
  ];
  return { stop: async () => void (await Promise.all(chores.map((c) => c.stop()))) };
}

/** One chore at a time; a failure is logged and the next turn comes. */
export function every(ms: number, what: string, log: Logger, chore: () => Promise<unknown>): { stop(): Promise<void> } {
  let running: Promise<unknown> | null = null;
  const turn = () => {
    running ??= chore()
      .catch((err: unknown) => log.error({ err }, `${what} failed; tried again in ${ms / 1000} s`))
      .finally(() => {
        running = null;
      });
  };
  const timer = setInterval(turn, ms);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
