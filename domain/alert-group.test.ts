import type { AlertStatus, GroupPush } from './alert';
import { foldGroup, type GroupRow, updateGroup } from './alert-group';
import type { AlertState } from './alert-state';

const T = Date.UTC(2026, 0, 31, 8);
const GROUP: GroupRow = {
  id: 7,
  tenantId: 'default',
  incidentId: null,
  version: 5,
  seenVersion: 5,
  firedVersion: 4,
  firing: 0,
  episode: 1,
};

function push(
  alerts: Record<string, AlertStatus>,
  minute = 0,
): { receipt: { at: number; order: number }; push: GroupPush } {
  const base = { labels: {}, annotations: {}, generatorUrl: null, weight: 4 };
  const list = Object.entries(alerts).map(([fingerprint, status]) => ({
    ...base,
    fingerprint,
    status,
    startsAt: T,
    endsAt: status === 'resolved' ? T + 60_000 : null,
  }));
  const group = { groupKey: 'g', service: 's', title: 't', description: '', labels: {}, truncated: 0, alerts: list };
  return { receipt: { at: T + minute * 60_000, order: minute }, push: group };
}

const FIRING: AlertState = { status: 'firing', startsAt: T, endsAt: null, statusAt: T, statusOrder: 0, fired: true };
const known = new Map([['a', FIRING]]);
const counts = (firing: number) => ({ firing, total: 2, weight: firing > 0 ? 4 : null });

test('a new alert changes the group and has to be told at once', () => {
  const fold = foldGroup(GROUP, [push({ a: 'firing' })]);
  expect(fold).toMatchObject({ changed: true, fired: true, refires: false });
  expect(updateGroup(fold, counts(1))).toMatchObject({ version: 6, firedVersion: 6, seenVersion: 5, dispatch: 'now' });
});

test('repeats count pushes and change nothing', () => {
  const fold = foldGroup(
    { ...GROUP, incidentId: 'INC-000001', firing: 1 },
    [push({ a: 'firing' }, 1), push({ a: 'firing' }, 2)],
    known,
  );
  expect(fold).toMatchObject({ changed: false, refires: false });
  expect(fold.alerts).toMatchObject([{ fingerprint: 'a', isNew: false, pushes: 2 }]);
});

test('a repeat while no incident works on it asks for one, once', () => {
  const fold = foldGroup({ ...GROUP, firing: 1 }, [push({ a: 'firing' }, 1)], known);
  expect(fold).toMatchObject({ changed: false, refires: true });
  expect(updateGroup(fold, counts(1))).toMatchObject({ firedVersion: 6, dispatch: 'now' });
  const asked = { ...GROUP, firing: 1, version: 6, firedVersion: 6 };
  expect(foldGroup(asked, [push({ a: 'firing' }, 2)], known).refires).toBe(false);
});

test('fired and over in one batch: recorded, nobody is paged', () => {
  const fold = foldGroup(GROUP, [push({ a: 'firing' }, 0), push({ a: 'resolved' }, 1)]);
  expect(fold).toMatchObject({ changed: true, fired: true });
  expect(updateGroup(fold, counts(0))).toMatchObject({ seenVersion: 6, dispatch: null });
});

test('of several alerts one ends while no incident is open: nothing to tell', () => {
  const fold = foldGroup({ ...GROUP, firing: 2 }, [push({ a: 'resolved' }, 5)], known);
  expect(updateGroup(fold, counts(1))).toMatchObject({ version: 6, seenVersion: 6, dispatch: null });
});

test.each([
  ['all over', 2, 0, 'now'],
  ['firing again', 0, 1, 'now'],
  ['one more', 1, 2, 'soon'],
  ['one less', 2, 1, 'soon'],
])('with an open incident, %s is dispatched %s', (_name, before, after, dispatch) => {
  const fold = foldGroup({ ...GROUP, incidentId: 'INC-000001', firing: before }, [push({ b: 'firing' })], known);
  expect(updateGroup(fold, counts(after))).toMatchObject({ seenVersion: 5, dispatch });
});

test('a stale push keeps the content of the one before', () => {
  const late = push({ a: 'resolved' }, 3);
  for (const alert of late.push.alerts) Object.assign(alert, { startsAt: T - 600_000, endsAt: T - 300_000 });
  const fold = foldGroup(GROUP, [push({ a: 'firing' }, 2), late], new Map());
  expect(fold.alerts).toMatchObject([{ state: { status: 'firing' }, content: { status: 'firing' }, pushes: 2 }]);
});
