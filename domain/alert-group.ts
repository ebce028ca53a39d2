import type { AlertPush, GroupPush } from './alert';
import { type AlertState, applyPush, type Receipt } from './alert-state';

/** What a group knows before a batch of pushes. */
export interface GroupRow {
  id: number;
  tenantId: string;
  /** The one open incident, if any. */
  incidentId: string | null;
  /** Counts changes that an incident has to hear of; `seenVersion` is what one has confirmed. */
  version: number;
  seenVersion: number;
  /** Version at which an alert last began to fire. */
  firedVersion: number;
  firing: number;
  /** Counts incidents of the group. */
  episode: number;
}

/** An alert after a batch. */
export interface AlertFold {
  fingerprint: string;
  isNew: boolean;
  state: AlertState;
  /** Labels and annotations of the newest push that was not stale; null when all were. */
  content: AlertPush | null;
  /** Pushes of the batch that carried it. */
  pushes: number;
  /** Receipt of the first and the last of them, epoch ms. */
  firstAt: number;
  lastAt: number;
}

/** A group's share of a batch. */
export interface GroupFold {
  group: GroupRow;
  alerts: AlertFold[];
  /** A new fingerprint, or one that began to fire or ended. */
  changed: boolean;
  /** One of the changes is an alert that began to fire. */
  fired: boolean;
  /** Nothing changed, but an alert goes on firing and no incident works on it: it needs a new one. */
  refires: boolean;
  last: { receipt: Receipt; push: GroupPush };
}

/** Applies pushes, in the order of receipt, to the alerts of a group. Repeats of the same state change nothing. */
export function foldGroup(
  group: GroupRow,
  pushes: readonly { receipt: Receipt; push: GroupPush }[],
  known: ReadonlyMap<string, AlertState> = new Map(),
): GroupFold {
  const alerts = new Map<string, AlertFold>();
  let [changed, fired, goesOn] = [false, false, false];
  for (const { receipt, push } of pushes) {
    for (const alert of push.alerts) {
      const before = alerts.get(alert.fingerprint);
      const { state, effect } = applyPush(before?.state ?? known.get(alert.fingerprint) ?? null, alert, receipt);
      changed ||= effect === 'fired' || effect === 'ended';
      fired ||= effect === 'fired';
      goesOn ||= effect === 'same' && state.status === 'firing';
      alerts.set(alert.fingerprint, {
        fingerprint: alert.fingerprint,
        isNew: !known.has(alert.fingerprint),
        state,
        content: effect === 'stale' ? (before?.content ?? null) : alert,
        pushes: (before?.pushes ?? 0) + 1,
        firstAt: before?.firstAt ?? receipt.at,
        lastAt: Math.max(before?.lastAt ?? 0, receipt.at),
      });
    }
  }
  const last = pushes.at(-1);
  if (!last) throw new Error(`group ${group.id}: a batch has at least one push`);
  const unheard = group.firedVersion > group.seenVersion;
  const refires = goesOn && group.incidentId === null && !unheard;
  return { group, alerts: [...alerts.values()], changed, fired, refires, last };
}

/** Counted over all alerts of the group, after the batch is stored. */
export interface GroupCounts {
  firing: number;
  total: number;
  /** Of the worst firing alert; null when none fires. */
  weight: number | null;
}

/** What the group becomes, and when its incident has to hear of it. */
export interface GroupUpdate extends GroupCounts {
  id: number;
  tenantId: string;
  incidentId: string | null;
  version: number;
  firedVersion: number;
  seenVersion: number;
  push: GroupPush;
  at: number;
  /** `now`: first alert, end of all, firing again; `soon`: more of the same, gathered for some seconds. */
  dispatch: 'now' | 'soon' | null;
}

/**
 * Counts a change of the group. Fired and over before anybody was told: nothing to page, the alerts stay recorded and
 * visible. With an open incident every change is for its timeline.
 */
export function updateGroup(fold: GroupFold, counts: GroupCounts): GroupUpdate {
  const { group, fired, refires, last } = fold;
  const version = group.version + 1;
  const firedVersion = fired || refires ? version : group.firedVersion;
  const common = {
    ...counts,
    id: group.id,
    tenantId: group.tenantId,
    incidentId: group.incidentId,
    version,
    firedVersion,
    push: last.push,
    at: last.receipt.at,
  };
  if (group.incidentId !== null) {
    const turned = (counts.firing === 0) !== (group.firing === 0);
    return { ...common, seenVersion: group.seenVersion, dispatch: turned ? 'now' : 'soon' };
  }
  const unheard = counts.firing > 0 && firedVersion > group.seenVersion;
  return { ...common, seenVersion: unheard ? group.seenVersion : version, dispatch: unheard ? 'now' : null };
}
