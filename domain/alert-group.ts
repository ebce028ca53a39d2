import { type Flapping, flap, type Hold, type Holding, holdOf, marksOf } from './alert-hold';
import type { RoutedAlert, RoutedPush } from './alert-route';
import type { AlertRules, GroupTiming } from './alert-rules';
import { type AlertState, applyPush, type Receipt } from './alert-state';
import { type GroupSchedule, scheduleAfter } from './alert-timing';

/** What a group knows before a change. Instants epoch ms. */
export interface GroupRow extends GroupSchedule {
  id: number;
  tenantId: string;
  /** The one open incident, if any. */
  incidentId: string | null;
  /** Counts changes that an incident has to hear of; `seenVersion` is what one has confirmed. */
  version: number;
  seenVersion: number;
  /** Version at which an alert last began to fire. */
  firedVersion: number;
  /** Alerts that fire and are not held. */
  firing: number;
  /** Counts incidents of the group. */
  episode: number;
  dispatchedAt: number | null;
  /** Of alerts that were held before they fired: since when, until an incident has been told. */
  heldSince: number | null;
  timing: GroupTiming;
}

/** An alert before a change. */
export interface KnownAlert {
  state: AlertState;
  hold: Hold | null;
  flapping: Flapping;
  /** See `marksOf`; null when it inhibits nothing. */
  inhibits: readonly string[] | null;
  /** See `weightOf`. */
  weight: number;
}

/** An alert after the pushes of a batch, before it is judged. */
export interface AlertFold {
  fingerprint: string;
  before: KnownAlert | null;
  state: AlertState;
  /** Content of the newest push that was not stale; null when all were. */
  content: RoutedAlert | null;
  /** Pushes of the batch that carried it. */
  pushes: number;
  /** Receipt of the first and the last of them, epoch ms. */
  firstAt: number;
  lastAt: number;
  /** Instants at which it began or ended. */
  changes: number[];
  /** One of the changes is a beginning. */
  fired: boolean;
  /** A push repeated that it fires. */
  goesOn: boolean;
}

/** A group's share of a batch. */
export interface GroupFold<A = AlertFold> {
  group: GroupRow;
  alerts: A[];
  last: { receipt: Receipt; push: RoutedPush };
}

/** Applies pushes, in the order of receipt, to the alerts of a group. Repeats of the same state change nothing. */
export function foldGroup(
  group: GroupRow,
  pushes: readonly { receipt: Receipt; push: RoutedPush }[],
  known: ReadonlyMap<string, KnownAlert> = new Map(),
): GroupFold {
  const alerts = new Map<string, AlertFold>();
  for (const { receipt, push } of pushes)
    for (const alert of push.alerts) {
      const { fingerprint } = alert;
      alerts.set(fingerprint, foldAlert(alerts.get(fingerprint), known.get(fingerprint) ?? null, alert, receipt));
    }
  const last = pushes.at(-1);
  if (!last) throw new Error(`group ${group.id}: a batch has at least one push`);
  return { group, alerts: [...alerts.values()], last };
}

function foldAlert(
  so: AlertFold | undefined,
  known: KnownAlert | null,
  alert: RoutedAlert,
  receipt: Receipt,
): AlertFold {
  const { state, effect } = applyPush(so?.state ?? known?.state ?? null, alert, receipt);
  const changed = effect === 'fired' || effect === 'ended';
  return {
    fingerprint: alert.fingerprint,
    before: known,
    state,
    content: effect === 'stale' ? (so?.content ?? null) : alert,
    pushes: (so?.pushes ?? 0) + 1,
    firstAt: so?.firstAt ?? receipt.at,
    lastAt: Math.max(so?.lastAt ?? 0, receipt.at),
    changes: [...(so?.changes ?? []), ...(changed ? [receipt.at] : [])],
    fired: (so?.fired ?? false) || effect === 'fired',
    goesOn: (so?.goesOn ?? false) || (effect === 'same' && state.status === 'firing'),
  };
}

/** What an alert inhibits after a batch: a stale push says nothing new. */
export function marksAfter({ state, content, before }: AlertFold, rules: AlertRules): readonly string[] | null {
  if (state.status !== 'firing') return null;
  if (content === null) return before?.inhibits ?? null;
  const marks = marksOf(content.seen, rules.inhibit);
  return marks.length > 0 ? marks : null;
}

/** An alert after the change that a batch or a review made. */
export interface JudgedAlert {
  hold: Hold | null;
  flapping: Flapping;
  inhibits: readonly string[] | null;
  /** It has begun to count, has ceased to, or has been there and gone unheld. */
  fires: boolean;
  ends: boolean;
  blips: boolean;
  /** It counts as before, and is worse. */
  worsens: boolean;
  /** It counts as before and a push has repeated so. */
  goesOn: boolean;
  /** Counts have to be taken anew. */
  moved: boolean;
  /** Since when it had been held that counts now. */
  heldSince: number | null;
}

/** Holds an alert back or lets it count. Held ones are judged by the instant, whatever their sender says. */
export function judgeAlert(fold: AlertFold, rules: AlertRules, holding: Holding, now: number): JudgedAlert {
  const { before, state, content } = fold;
  const rule = content && rules.flapping.find(({ match }) => match(content.seen));
  const known = before?.flapping ?? { changes: [], until: null };
  const flapping = content === null ? known : flap(known, fold.changes, rule ?? undefined);
  const by = flapping.until === null ? null : { until: flapping.until, rule: rule?.name ?? '' };
  const found = content === null ? (before?.hold ?? null) : holdOf(content.seen, holding, by, now);
  const firing = state.status === 'firing';
  const hold = firing && found ? { ...found, since: before?.hold?.since ?? now } : null;
  const [counted, counts] = [isCounted(before), firing && hold === null];
  const weight = { before: before?.weight ?? 0, after: content?.weight ?? before?.weight ?? 0 };
  return {
    hold,
    flapping,
    inhibits: marksAfter(fold, rules),
    fires: counts && (!counted || fold.fired),
    ends: counted && (!counts || fold.changes.length > 0),
    blips: !counted && !counts && found === null && before?.hold == null && fold.changes.length > 0,
    worsens: counts && counted && weight.after > weight.before,
    goesOn: counts && fold.goesOn,
    moved:
      fold.changes.length > 0 ||
      (hold === null) !== ((before?.hold ?? null) === null) ||
      (counts && weight.after !== weight.before),
    heldSince: counts && !counted ? (before?.hold?.since ?? null) : null,
  };
}

const isCounted = (alert: KnownAlert | null) => alert?.state.status === 'firing' && alert.hold === null;

/** Counted over all alerts of the group, after the batch is stored. */
export interface GroupCounts {
  /** Firing ones that count. */
  firing: number;
  /** Firing ones that are held. */
  held: number;
  total: number;
  /** Of the worst alert that counts; null when none does. */
  weight: number | null;
}

/** What its alerts did to a group. */
export interface GroupChange {
  /** An incident has to hear of it. */
  tells: boolean;
  fires: boolean;
  /** Nothing changed, but an alert goes on firing and no incident works on it: it needs a new one. */
  refires: boolean;
  /** Counts have to be taken anew. */
  moved: boolean;
  heldSince: number | null;
}

/** Sums up the alerts of a group. */
export function changeOf(group: GroupRow, alerts: readonly JudgedAlert[]): GroupChange {
  const unheard = group.firedVersion > group.seenVersion;
  const fires = alerts.some((a) => a.fires);
  const refires = alerts.some((a) => a.goesOn) && group.incidentId === null && !unheard;
  const held = alerts.flatMap((a) => a.heldSince ?? []);
  return {
    tells: refires || alerts.some((a) => a.fires || a.ends || a.blips || a.worsens),
    fires,
    refires,
    moved: alerts.some((a) => a.moved),
    heldSince: held.length > 0 ? Math.min(...held) : null,
  };
}

/** What the group becomes. */
export interface GroupUpdate extends GroupCounts, GroupSchedule {
  id: number;
  tenantId: string;
  incidentId: string | null;
  version: number;
  firedVersion: number;
  seenVersion: number;
  heldSince: number | null;
  timing: GroupTiming;
  /** Newest push of the batch; null when the change came with time. */
  push: RoutedPush | null;
  at: number;
}

/**
 * Counts a change of the group and says when its incident hears of it. Fired and over before anybody was told: nothing to
 * page, the alerts stay recorded and visible. With an open incident every change is for its timeline.
 */
export function updateGroup(
  group: GroupRow,
  change: GroupChange,
  counts: GroupCounts,
  last: { at: number; push: RoutedPush | null },
  now: number,
): GroupUpdate {
  const { tells, fires, refires } = change;
  const version = tells ? group.version + 1 : group.version;
  const firedVersion = fires || refires ? version : group.firedVersion;
  const assigned = group.incidentId !== null;
  const unheard = counts.firing > 0 && firedVersion > group.seenVersion;
  const timing = last.push?.timing ?? group.timing;
  const since = [group.heldSince, change.heldSince].filter((at) => at !== null);
  return {
    ...counts,
    ...scheduleAfter({ before: group, timing, assigned, ...counts, unheard, tells }, now),
    id: group.id,
    tenantId: group.tenantId,
    incidentId: group.incidentId,
    version,
    firedVersion,
    seenVersion: assigned || unheard ? group.seenVersion : version,
    heldSince: counts.firing > 0 && since.length > 0 ? Math.min(...since) : null,
    timing,
    push: last.push,
    at: last.at,
  };
}
