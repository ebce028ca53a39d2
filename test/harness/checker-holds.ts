import type { Evidence, Report } from './checker';
import type { AlertRow, RulesDoc, SilenceRow, World } from './checker-world';

/** What a condition compares. */
interface Condition {
  label: string;
  op: string;
  value: string;
}

/**
 * Nothing is held back without a reason that can be found, and nothing counts that a silence or an inhibition holds; an
 * incident is opened for alerts that count only. By the checker's own reading of silences and published rules.
 */
export function checkHolds(world: World, { now }: Evidence, report: Report): void {
  const firing = world.alerts.filter((a) => a.status === 'firing');
  for (const alert of firing) {
    const name = `alert ${alert.groupKey} ${alert.fingerprint}`;
    const reasons = reasonsOf(alert, firing, world, now);
    if (alert.held === null) {
      const should = reasons.filter((r) => r.holds).map((r) => `${r.reason} by ${r.by}`);
      if (should.length > 0) report('I1', `${name} counts, but is ${should.join(', ')}`);
    } else if (!reasons.some((r) => r.reason === alert.held && r.by === alert.heldBy))
      report('I1', `${name} is ${alert.held} by ${alert.heldBy}, which does not hold it`);
  }
  checkOpenings(world, report);
}

/** Group by group: when its incident was allocated, some alert of it was not held. */
function checkOpenings(world: World, report: Report): void {
  for (const { groupKey, incidentId, allocatedAt } of world.groupIncidents) {
    const alerts = world.alerts.filter((a) => a.groupKey === groupKey);
    const held = (a: AlertRow) => a.held !== null && a.heldSince !== null && a.heldSince < allocatedAt;
    if (alerts.length > 0 && alerts.every(held)) report('I1', `${incidentId} was opened for alerts that are held`);
  }
}

/** `holds`: it must hold the alert; otherwise it may (a recurrence or time range, whose windows are not computed here). */
interface Reason {
  reason: string;
  by: string;
  holds: boolean;
}

function reasonsOf(alert: AlertRow, firing: readonly AlertRow[], world: World, now: number): Reason[] {
  const labels = labelsOf(alert);
  const silenced = world.silences
    .filter((s) => isLive(s, now) && agrees(s.matchers, labels))
    .map((s) => ({ reason: 'silenced', by: s.id, holds: !s.recurs }));
  const byRules = world.rules.flatMap((doc) => [
    ...(doc.mute ?? [])
      .filter((rule) => agrees(rule.match.map(conditionOf), labels))
      .map((rule) => ({ reason: 'muted', by: `${doc.name}/${rule.name}`, holds: false })),
    ...(doc.flapping ?? [])
      .filter((rule) => agrees(rule.match.map(conditionOf), labels))
      .map((rule) => ({ reason: 'flapping', by: `${doc.name}/${rule.name}`, holds: false })),
    ...inhibitionsOf(doc, labels, firing),
  ]);
  return [...silenced, ...byRules];
}

/** Rules of which a source fires; alerts that are source and target of one rule are left to what the product says. */
function inhibitionsOf(doc: RulesDoc, labels: Record<string, string>, firing: readonly AlertRow[]): Reason[] {
  return (doc.inhibit ?? []).flatMap((rule) => {
    const [source, target] = [rule.source.map(conditionOf), rule.target.map(conditionOf)];
    if (!agrees(target, labels)) return [];
    const fires = firing.some((other) => {
      const theirs = labelsOf(other);
      return agrees(source, theirs) && rule.equal.every((l) => (theirs[l] ?? '') === (labels[l] ?? ''));
    });
    return fires ? [{ reason: 'inhibited', by: `${doc.name}/${rule.name}`, holds: !agrees(source, labels) }] : [];
  });
}

const isLive = (s: SilenceRow, now: number) =>
  s.endedAt === null && s.startsAt <= now && (s.endsAt === null || now < s.endsAt);

/** Labels with the ones that rules see beside them. */
function labelsOf({ labels, source, service }: AlertRow): Record<string, string> {
  const host = ['host', 'hostname', 'node', 'instance'].map((name) => labels[name]).find((value) => value);
  return { ...labels, __source: source, __service: service, __host: (host ?? '').replace(/:\d+$/, '') };
}

/** Reads `label="value"` of a published rule. */
function conditionOf(text: string): Condition {
  const [, label = '', op = '', value = ''] = /^\s*([^\s=!]+)\s*(=~|!~|!=|=)\s*"?(.*?)"?\s*$/su.exec(text) ?? [];
  return { label, op, value };
}

function agrees(conditions: readonly Condition[], labels: Record<string, string>): boolean {
  return conditions.every(({ label, op, value }) => {
    const there = labels[label] ?? '';
    const same = op.includes('~') ? new RegExp(`^(?:${value})$`, 'su').test(there) : there === value;
    return op.startsWith('!') ? !same : same;
  });
}
