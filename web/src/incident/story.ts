import type { Alert, Page, TimelineEvent } from './types';

/** Where an entry of the story comes from; the filter of the story. */
export type StorySource = 'people' | 'notes' | 'promises' | 'pages' | 'alerts' | 'system';

export type StoryEntry = { at: number; key: string; source: StorySource; noise: boolean } & (
  | { type: 'event'; event: TimelineEvent }
  | { type: 'page'; step: string; level: number; pages: Page[] }
  | { type: 'alert'; alert: Alert; change: 'fired' | 'resolved' }
);

/** Entries of little interest that follow each other, folded into one line. */
export interface Fold {
  type: 'fold';
  key: string;
  entries: StoryEntry[];
}

/** Kinds of events that tell of a promise, and those that only tell how the machinery turns. */
const PROMISES = new Set([
  'clock_breached',
  'escalated',
  'leader_informed',
  'reminded',
  'handed_to_assessor',
  'assessment_overdue',
  'supplier_overdue',
  'report_missing',
]);
const NOISE = new Set([
  'escalation_superseded',
  'reminded',
  'alerts_changed',
  'assignment_superseded',
  'effect_answered',
  'child_added',
  'child_removed',
  'child_state',
  'merge_checked',
]);
const SOURCES: Record<string, StorySource> = { noted: 'notes', alerts_changed: 'alerts', page_failed: 'pages' };

function sourceOf({ kind, actor }: TimelineEvent): StorySource {
  if (PROMISES.has(kind)) return 'promises';
  const machine = actor === 'system' || actor.startsWith('source:');
  return SOURCES[kind] ?? (machine ? 'system' : 'people');
}

function fromEvent(event: TimelineEvent): StoryEntry {
  return {
    type: 'event',
    at: Date.parse(event.at),
    key: `event-${event.seq}`,
    source: sourceOf(event),
    noise: NOISE.has(event.kind) || event.kind.endsWith('_task_created'),
    event,
  };
}

/** Pages of one step were one act of paging: they are one entry, however many people and methods. */
function fromPages(pages: readonly Page[]): StoryEntry[] {
  const steps = new Map<string, StoryEntry & { type: 'page' }>();
  for (const p of pages) {
    const key = `page-${p.visit}:${p.step}`;
    const known = steps.get(key);
    const at = Date.parse(p.plannedAt);
    const noise = p.outcome === 'superseded';
    steps.set(key, {
      type: 'page',
      key,
      source: 'pages',
      at: Math.min(at, known?.at ?? at),
      noise: noise && (known?.noise ?? true),
      step: p.step,
      level: p.level,
      pages: [...(known?.pages ?? []), p],
    });
  }
  return [...steps.values()];
}

function fromAlert(alert: Alert): StoryEntry[] {
  const entry = (change: 'fired' | 'resolved', at: string): StoryEntry => ({
    type: 'alert',
    at: Date.parse(at),
    key: `alert-${alert.fingerprint}-${change}`,
    source: 'alerts',
    noise: true,
    alert,
    change,
  });
  const fired = alert.startsAt ?? alert.firstReceivedAt ?? null;
  return [
    ...(fired === null ? [] : [entry('fired', fired)]),
    ...(alert.status === 'resolved' && alert.endsAt !== null ? [entry('resolved', alert.endsAt)] : []),
  ];
}

/** At one instant causes stand before effects: what monitoring saw, what the case recorded, who was paged. */
const ORDER = { alert: 0, event: 1, page: 2 } as const;
const seqOf = (e: StoryEntry) => (e.type === 'event' ? e.event.seq : 0);

/** Everything that happened to a case in one line of time, newest first. */
export function storyOf(
  events: readonly TimelineEvent[],
  pages: readonly Page[],
  alerts: readonly Alert[],
): StoryEntry[] {
  const entries = [...events.map(fromEvent), ...fromPages(pages), ...alerts.flatMap(fromAlert)];
  return entries.sort((a, b) => b.at - a.at || ORDER[b.type] - ORDER[a.type] || seqOf(b) - seqOf(a));
}

/** Only the wanted sources; nothing wanted means everything. */
export function filterStory(entries: readonly StoryEntry[], wanted: readonly StorySource[]): StoryEntry[] {
  return wanted.length === 0 ? [...entries] : entries.filter((e) => wanted.includes(e.source));
}

/** Folds runs of two and more entries of little interest. */
export function foldStory(entries: readonly StoryEntry[]): (StoryEntry | Fold)[] {
  const folded: (StoryEntry | Fold)[] = [];
  let run: StoryEntry[] = [];
  const flush = (): void => {
    const first = run[0];
    if (run.length > 1 && first !== undefined)
      folded.push({ type: 'fold', key: `fold-${run.at(-1)?.key}`, entries: run });
    else folded.push(...run);
    run = [];
  };
  for (const e of entries) {
    if (e.noise) {
      run.push(e);
      continue;
    }
    flush();
    folded.push(e);
  }
  flush();
  return folded;
}
