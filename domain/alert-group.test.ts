import type { AlertStatus } from './alert';
import {
  changeOf,
  foldGroup,
  type GroupFold,
  type GroupRow,
  type JudgedAlert,
  judgeAlert,
  type KnownAlert,
  updateGroup,
} from './alert-group';
import type { Hold, Holding } from './alert-hold';
import type { RoutedPush } from './alert-route';
import { DEFAULT_TIMING, NO_RULES } from './alert-rules';

const T = Date.UTC(2026, 0, 31, 8);
const NOW = T + 3_600_000;
const GROUP: GroupRow = {
  id: 7,
  tenantId: 'default',
  incidentId: null,
  version: 5,
  seenVersion: 5,
  firedVersion: 4,
  firing: 0,
  episode: 1,
  dueAt: null,
  repeatAt: null,
  resolveAt: null,
  dispatchedAt: T,
  heldSince: null,
  timing: DEFAULT_TIMING,
};
const ASSIGNED = { ...GROUP, incidentId: 'INC-000001' };
const NOTHING: Holding = { silences: [], mutes: [], inhibit: [], inhibited: new Set() };
const SILENCED: Holding = { ...NOTHING, silences: [{ id: 's', match: () => true }] };

function push(
  alerts: Record<string, AlertStatus>,
  minute = 0,
  weight = 4,
): { receipt: { at: number; order: number }; push: RoutedPush } {
  const base = { labels: {}, seen: {}, annotations: {}, generatorUrl: null, weight, senderKey: 'g', service: 's' };
  const list = Object.entries(alerts).map(([fingerprint, status]) => ({
    ...base,
    fingerprint,
    status,
    startsAt: T,
    endsAt: status === 'resolved' ? T + 60_000 : null,
  }));
  const group = { groupKey: 'g', service: 's', title: 't', description: '', labels: {}, truncated: 0, alerts: list };
  const receipt = { at: T + minute * 60_000, order: minute };
  return { receipt, push: { ...group, rule: null, timing: DEFAULT_TIMING } };
}

function alert(status: AlertStatus, hold: Hold | null = null): KnownAlert {
  const state = { status, startsAt: T, endsAt: null, statusAt: T, statusOrder: 0, fired: true };
  return { state, hold, flapping: { changes: [], until: null }, inhibits: null, weight: 4 };
}
const known = new Map([['a', alert('firing')]]);
const held = new Map([['a', alert('firing', { reason: 'silenced', by: 's', since: T })]]);
const counts = (firing: number) => ({ firing, held: 0, total: 2, weight: firing > 0 ? 4 : null });

function outcome(fold: GroupFold, firing: number, holding = NOTHING) {
  const judged: JudgedAlert[] = fold.alerts.map((one) => judgeAlert(one, NO_RULES, holding, NOW));
  const change = changeOf(fold.group, judged);
  const update = updateGroup(fold.group, change, counts(firing), { at: T, push: fold.last.push }, NOW);
  return { change, update, judged };
}

test('a new alert changes the group and has to be told at once', () => {
  const { change, update } = outcome(foldGroup(GROUP, [push({ a: 'firing' })]), 1);
  expect(change).toMatchObject({ tells: true, fires: true, refires: false });
  expect(update).toMatchObject({ version: 6, firedVersion: 6, seenVersion: 5, dueAt: NOW });
});

test('repeats count pushes and change nothing', () => {
  const pushes = [push({ a: 'firing' }, 1), push({ a: 'firing' }, 2)];
  const fold = foldGroup({ ...ASSIGNED, firing: 1 }, pushes, known);
  expect(outcome(fold, 1).change).toMatchObject({ tells: false, moved: false });
  expect(fold.alerts).toMatchObject([{ fingerprint: 'a', pushes: 2 }]);
});

test('a repeat while no incident works on it asks for one, once', () => {
  const { change, update } = outcome(foldGroup({ ...GROUP, firing: 1 }, [push({ a: 'firing' }, 1)], known), 1);
  expect(change).toMatchObject({ fires: false, refires: true });
  expect(update).toMatchObject({ firedVersion: 6, dueAt: NOW });
  const asked = { ...GROUP, firing: 1, version: 6, firedVersion: 6 };
  expect(outcome(foldGroup(asked, [push({ a: 'firing' }, 2)], known), 1).change.refires).toBe(false);
});

test('fired and over in one batch: recorded, nobody is paged', () => {
  const { update } = outcome(foldGroup(GROUP, [push({ a: 'firing' }, 0), push({ a: 'resolved' }, 1)]), 0);
  expect(update).toMatchObject({ version: 6, seenVersion: 6, dueAt: null });
});

test('of several alerts one ends while no incident is open: nothing to tell', () => {
  const { update } = outcome(foldGroup({ ...GROUP, firing: 2 }, [push({ a: 'resolved' }, 5)], known), 1);
  expect(update).toMatchObject({ version: 6, seenVersion: 6, dueAt: null });
});

test.each([
  ['all over', 2, 0, NOW],
  ['firing again', 0, 1, NOW],
  ['one more', 1, 2, NOW + 7_000],
  ['one less', 2, 1, NOW + 7_000],
])('with an open incident told three seconds ago, %s is due in time', (_name, before, after, dueAt) => {
  const group = { ...ASSIGNED, firing: before, dispatchedAt: NOW - 3_000 };
  const { update } = outcome(foldGroup(group, [push({ b: 'firing' })], known), after);
  expect(update).toMatchObject({ seenVersion: 5, dueAt });
});

test('a stale push keeps the content of the one before', () => {
  const late = push({ a: 'resolved' }, 3);
  for (const one of late.push.alerts) Object.assign(one, { startsAt: T - 600_000, endsAt: T - 300_000 });
  const fold = foldGroup(GROUP, [push({ a: 'firing' }, 2), late], new Map());
  expect(fold.alerts).toMatchObject([{ state: { status: 'firing' }, content: { status: 'firing' }, pushes: 2 }]);
});

test('a worse repeat is told, a milder one only counted', () => {
  const group = { ...ASSIGNED, firing: 1 };
  expect(outcome(foldGroup(group, [push({ a: 'firing' }, 1, 8)], known), 1).change).toMatchObject({
    tells: true,
    fires: false,
  });
  expect(outcome(foldGroup(group, [push({ a: 'firing' }, 1, 1)], known), 1).change).toMatchObject({
    tells: false,
    moved: true,
  });
});

describe('held', () => {
  test('a new alert is counted and not told', () => {
    const { change, update, judged } = outcome(foldGroup(GROUP, [push({ a: 'firing' })]), 0, SILENCED);
    expect(change).toMatchObject({ tells: false, moved: true });
    expect(update).toMatchObject({ version: 5, dueAt: null });
    expect(judged).toMatchObject([{ hold: { reason: 'silenced', by: 's', since: NOW } }]);
  });

  test('an alert that ends is over, and nobody hears of it', () => {
    const { change, judged } = outcome(foldGroup(ASSIGNED, [push({ a: 'resolved' }, 5)], held), 0, SILENCED);
    expect([change.tells, judged[0]?.hold]).toEqual([false, null]);
  });

  test('one that came and went in one batch is not told either', () => {
    const fold = foldGroup(ASSIGNED, [push({ a: 'firing' }, 0), push({ a: 'resolved' }, 1)]);
    expect(outcome(fold, 0, SILENCED).change.tells).toBe(false);
  });

  test('a push after the end of the silence fires, with since when it was held', () => {
    const { change, update } = outcome(foldGroup(GROUP, [push({ a: 'firing' }, 9)], held), 1);
    expect(change).toMatchObject({ fires: true, heldSince: T });
    expect(update).toMatchObject({ heldSince: T, dueAt: NOW });
  });

  test('an alert that counts and is caught now is told as less', () => {
    const { change } = outcome(foldGroup({ ...ASSIGNED, firing: 1 }, [push({ a: 'firing' }, 9)], known), 0, SILENCED);
    expect(change).toMatchObject({ tells: true, fires: false });
  });
});
