import type { IncidentView } from '../../../domain/incident';
import { ALL_OPEN, belongs, filterOf, paramsOf, queryOf, quickViews, sameView } from './filter';

const read = (search: string) => filterOf(new URLSearchParams(search));
const NOW = Date.parse('2026-11-24T08:00:00Z');
const view = (more: Partial<IncidentView>) =>
  ({
    state: 'new',
    severity: 'II',
    service: 'cloud-platform',
    assignee: null,
    closedAt: null,
    dueAt: '2026-11-24T08:20:00Z',
    ...more,
  }) as IncidentView;

test('a URL is a view and comes back as short as it can be', () => {
  const f = read('state=new&state=pending&severity=I,II,IX&assignee=li.na&q=disk&colour=red');
  expect(f).toEqual({ ...ALL_OPEN, state: ['new', 'pending'], severity: ['I', 'II'], assignee: ['li.na'], q: 'disk' });
  expect(paramsOf(f).toString()).toBe('state=new%2Cpending&severity=I%2CII&assignee=li.na&q=disk');
  expect(sameView(filterOf(paramsOf(f)), f)).toBe(true);
  expect(paramsOf(ALL_OPEN).toString()).toBe('');
});

test('the order by promise exists for open cases only', () => {
  expect(read('open=all&sort=dueAt')).toMatchObject({ open: 'all', sort: '-createdAt' });
  expect(read('sort=-createdAt')).toMatchObject({ open: 'open', sort: '-createdAt' });
  expect(read('due=soon&open=closed&sort=-createdAt')).toMatchObject({ open: 'open', sort: 'dueAt', breaching: true });
  expect(queryOf(read('open=all')).open).toBeUndefined();
  expect(queryOf(read('open=closed')).open).toBe('false');
});

test('what belongs into a view', () => {
  const in_ = (search: string, v: IncidentView) => belongs(read(search), v, NOW);
  expect(in_('', view({}))).toBe(true);
  expect(in_('', view({ closedAt: '2026-11-24T07:00:00Z' }))).toBe(false);
  expect(in_('open=closed', view({ closedAt: '2026-11-24T07:00:00Z' }))).toBe(true);
  expect(in_('assignee=li.na', view({}))).toBe(false);
  expect(in_('assignee=li.na', view({ assignee: 'li.na' }))).toBe(true);
  expect(in_('due=soon', view({}))).toBe(true);
  expect(in_('due=soon', view({ dueAt: '2026-11-24T08:31:00Z' }))).toBe(false);
  expect(in_('due=soon', view({ dueAt: null }))).toBe(false);
  expect(in_('severity=I&state=new', view({}))).toBe(false);
});

test('quick views are links too', () => {
  const q = quickViews('li.na');
  expect(Object.values(q).map((f) => paramsOf(f).toString())).toEqual(['', 'assignee=li.na', 'state=new', 'due=soon']);
});
