import type { AlertPush, AlertStatus } from './alert';

/** What is known of an alert. Instants epoch ms. */
export interface AlertState {
  status: AlertStatus;
  startsAt: number | null;
  endsAt: number | null;
  /** When and in which order the newest push was received that says `status`. */
  statusAt: number;
  statusOrder: number;
  /** Whether a firing push of the occurrence that began at `startsAt` has been received. */
  fired: boolean;
}

/** Receipt of a push by the inbox: instant (epoch ms) and order (inbox id). */
export interface Receipt {
  at: number;
  order: number;
}

/** `fired` and `ended` are changes; `same` brings fresh content only; `stale` came late and says nothing any more. */
export type AlertEffect = 'fired' | 'ended' | 'same' | 'stale';

/**
 * A firing push that is the first of its occurrence and comes this soon after the end is taken for late delivery (retry,
 * another peer of an Alertmanager cluster, which waits 15 s per position). Later, or when firing pushes had come before the
 * end, the end was a false recovery: the sender had stopped hearing of an alert that goes on with its old start. A longer
 * limit would miss alerts, a shorter one would raise dead ones.
 */
export const LATE_MS = 60_000;

/**
 * Folds a push into what is known. Order of delivery is not order of events: an occurrence is told by `startsAt`, an end
 * closes what began before it, and only without instants the order of receipt decides. Duplicates before misses.
 */
export function applyPush(
  known: AlertState | null,
  push: Pick<AlertPush, 'status' | 'startsAt' | 'endsAt'>,
  receipt: Receipt,
): { state: AlertState; effect: AlertEffect } {
  const { status, startsAt, endsAt } = push;
  const taken = { status, startsAt, endsAt, statusAt: receipt.at, statusOrder: receipt.order };
  if (known === null) {
    const fired = status === 'firing';
    return { state: { ...taken, fired }, effect: fired ? 'fired' : 'ended' };
  }
  if (status === known.status) return { state: merged(known, push, receipt), effect: 'same' };
  if (status === 'firing')
    return fires(known, push, receipt)
      ? { state: { ...taken, startsAt: startsAt ?? known.startsAt, fired: true }, effect: 'fired' }
      : { state: known, effect: 'stale' };
  return ends(known, push, receipt)
    ? {
        state: { ...taken, startsAt: later(known.startsAt, startsAt), fired: stillFired(known, push) },
        effect: 'ended',
      }
    : { state: known, effect: 'stale' };
}

type Occurrence = Pick<AlertPush, 'startsAt' | 'endsAt'>;

/** Whether a firing push outlives the end that is known. */
function fires(known: AlertState, push: Occurrence, receipt: Receipt): boolean {
  if (push.startsAt === null || known.startsAt === null) return receipt.order >= known.statusOrder;
  if (push.startsAt > known.startsAt || receipt.at - known.statusAt > LATE_MS) return true;
  return push.startsAt === known.startsAt && known.fired && receipt.order > known.statusOrder;
}

/** Whether the occurrence an end belongs to is one that had fired. */
function stillFired(known: AlertState, { startsAt }: Occurrence): boolean {
  return known.fired && (startsAt === null || known.startsAt === null || startsAt <= known.startsAt);
}

/** Whether a resolved push ends the firing that is known. */
function ends(known: AlertState, push: Occurrence, receipt: Receipt): boolean {
  if (push.startsAt !== null && known.startsAt !== null)
    return push.startsAt >= known.startsAt || (push.endsAt !== null && push.endsAt >= known.startsAt);
  if (push.endsAt !== null && known.startsAt !== null) return push.endsAt >= known.startsAt;
  return receipt.order >= known.statusOrder;
}

/** The same status again: the newest occurrence and the newest receipt count. */
function merged(known: AlertState, push: Occurrence, receipt: Receipt): AlertState {
  return {
    status: known.status,
    startsAt: later(known.startsAt, push.startsAt),
    endsAt: later(known.endsAt, push.endsAt),
    statusAt: Math.max(known.statusAt, receipt.at),
    statusOrder: Math.max(known.statusOrder, receipt.order),
    fired: known.status === 'firing' || stillFired(known, push),
  };
}

function later(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
