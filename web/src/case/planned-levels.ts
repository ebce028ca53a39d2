import { parseWallSeconds } from '../../../domain/duration';
import type { EscalationDoc } from '../../../domain/process-def-promise';
import { useDefinition } from '../drawing/queries';
import type { Incident } from '../incident/types';
import { useMay } from '../session/session';

/** What reaches a level: silence of so many seconds, or a share of a clock's goal. */
export type Trigger = { silence: number } | { clock: string; share: number };

/** A level of the policy the case is pinned to. */
export interface PlannedLevel {
  level: number;
  title: { 'zh-CN': string; en: string };
  when: Trigger[];
}

/** `escalation-policy/default@2`, with `*` and a slash before it for one of all tenants. */
export function policyOf(definitions: readonly string[]) {
  for (const id of definitions) {
    const [, shared, name, version] = /^(\*\/)?escalation-policy\/([a-z0-9-]+)@(\d+)$/.exec(id) ?? [];
    if (name !== undefined) return { name, version: Number(version), shared: shared !== undefined };
  }
  return null;
}

/** Levels of a policy as its document states them, lowest first. */
export function levelsOf(doc: Pick<EscalationDoc, 'levels'>): PlannedLevel[] {
  return doc.levels
    .map(({ level, title, when }) => ({
      level,
      title,
      when: when.map(
        (w): Trigger =>
          w.silence !== undefined
            ? { silence: parseWallSeconds(w.silence) }
            : { clock: w.clock ?? '', share: Number.parseFloat(w.used ?? '') / 100 },
      ),
    }))
    .sort((a, b) => a.level - b.level);
}

/** What the policy of the case plans; empty for whoever may not read definitions, and until they are read. */
export function usePlannedLevels(incident: Incident): PlannedLevel[] {
  const may = useMay();
  const policy = policyOf(incident.definitions);
  const readable = policy !== null && may('definition:read');
  const read = useDefinition('escalation-policy', policy?.name ?? '', policy ?? {}, readable);
  return read.data === undefined ? [] : levelsOf(read.data.doc as unknown as EscalationDoc);
}
