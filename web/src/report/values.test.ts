import { reportOf, valuesOf } from './values';

const zone = 'Asia/Shanghai';

it('shows instants as the wall clock of the viewer and gives them back', () => {
  const report = { occurredAt: '2026-03-02T01:55:00.000Z', recoveredAt: '2026-03-02T05:10:00.000Z', cause: 'x' };
  const values = valuesOf(report, zone);
  expect(values).toEqual({ occurredAt: '2026-03-02T09:55', recoveredAt: '2026-03-02T13:10', cause: 'x' });
  expect(reportOf(values, zone)).toEqual(report);
});

it('knows a fault that is not over', () => {
  expect(reportOf({ occurredAt: '2026-03-02T09:55', recoveredAt: '' }, zone).recoveredAt).toBeNull();
  expect(valuesOf({ recoveredAt: null }, zone).recoveredAt).toBeUndefined();
});
