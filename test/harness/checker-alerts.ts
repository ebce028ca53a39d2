import type { Evidence, RecordedCall, Report } from './checker';
import { checkHolds } from './checker-holds';
import type { World } from './checker-world';

interface Pushed {
  accepted: number;
  sent: number;
}

/** Alerts by group key of the sender and fingerprint as callers pushed them; only bodies that state both. */
function pushedAlerts(calls: readonly RecordedCall[]): Map<string, Pushed> {
  const pushed = new Map<string, Pushed>();
  for (const call of calls) {
    if (call.kind !== 'intake') continue;
    const alerts = (call.body.alerts ?? []) as { fingerprint: string }[];
    for (const { fingerprint } of alerts) {
      const key = JSON.stringify([call.body.groupKey, fingerprint]);
      const p = pushed.get(key) ?? { accepted: 0, sent: 0 };
      p.accepted += call.accepted ? 1 : 0;
      p.sent += call.refused ? 0 : call.sends;
      pushed.set(key, p);
    }
  }
  return pushed;
}

/** I1 for alerts: none is lost, whatever rules make of it, and what fires and is not held has an incident that knows. */
export function checkAlerts(world: World, evidence: Evidence, report: Report): void {
  checkCounted(world, evidence, report);
  for (const alert of world.alerts)
    if (alert.version > alert.seenVersion)
      report('I1', `group ${alert.groupKey}: its incident has not heard of version ${alert.version}`);
  const rows = new Set(world.cases.map((c) => c.id));
  const told = new Set(world.groupIncidents.filter((g) => rows.has(g.incidentId)).map((g) => g.groupKey));
  const counted = world.alerts.filter((a) => a.status === 'firing' && a.held === null);
  for (const group of new Set(counted.map((a) => a.groupKey)))
    if (!told.has(group)) report('I1', `group ${group} fires and has no incident`);
  for (const g of world.groupIncidents)
    if (!rows.has(g.incidentId)) report('I1', `${g.incidentId} was allocated for ${g.groupKey} and is not there`);
  checkHolds(world, evidence, report);
}

/** Every accepted push is counted with its alert, in whichever group rules have put it, or as one that a filter dropped. */
function checkCounted(world: World, { calls }: Evidence, report: Report): void {
  const counted = new Map<string, number>();
  for (const { senderKey, fingerprint, pushes } of world.alerts) {
    const key = JSON.stringify([senderKey, fingerprint]);
    counted.set(key, (counted.get(key) ?? 0) + pushes);
  }
  for (const [key, p] of pushedAlerts(calls)) {
    const [, fingerprint] = JSON.parse(key) as [string, string];
    const dropped = world.drops.filter((d) => d.fingerprint === fingerprint).reduce((n, d) => n + d.pushes, 0);
    const there = (counted.get(key) ?? 0) + dropped;
    if (there === 0 && p.accepted > 0) report('I1', `alert ${key} was accepted ${p.accepted} times and is not there`);
    else if (there < p.accepted || there > p.sent)
      report('I1', `alert ${key}: ${p.accepted} pushes accepted of ${p.sent} sent, ${there} counted`);
  }
}
