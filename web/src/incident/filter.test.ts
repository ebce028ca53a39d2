import type { IncidentView } from '../../../domain/incident-projection';
import { SHIPPED_VIEWS } from '../../../domain/saved-view';
import { ALL_OPEN, belongs, filterOf, filterOfSaved, paramsOf, queryOf, sameView, savedOf } from './filter';

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
    createdAt: '2026-11-24T07:00:00Z',
    team: 'maintenance',
    reporter: 'chen',
    line: 2,
    type: 'fault',
    parent: null,
    supplier: null,
    major: null,
    assessment: null,
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
  expect(queryOf(read('open=all'), NOW).open).toBeUndefined();
  expect(queryOf(read('open=closed'), NOW).open).toBe('false');
});

test('what belongs into a view', () => {
  const in_ = (search: string, v: IncidentView) => belongs(read(search), v, NOW, 'li.na');
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

test('what lies with whom belongs where', () => {
  const in_ = (search: string, more: Partial<IncidentView>) => belongs(read(search), view(more), NOW, 'li.na');
  expect([in_('assignee=@me', { assignee: 'li.na' }), in_('assignee=@me', {})]).toEqual([true, false]);
  expect([in_('assignee=@nobody', {}), in_('assignee=@nobody', { assignee: 'li.na' })]).toEqual([true, false]);
  const supplier = { name: 'acme', state: 'asked' } as IncidentView['supplier'];
  expect([in_('supplier=@any', { supplier }), in_('supplier=@any', {}), in_('supplier=acme', { supplier })]).toEqual([
    true,
    false,
    true,
  ]);
  expect([in_('line=2&type=fault', {}), in_('line=3', {}), in_('major=true', {}), in_('reporter=chen', {})]).toEqual([
    true,
    false,
    false,
    true,
  ]);
  expect(in_('createdFrom=2026-11-24T07:00:00Z&createdTo=2026-11-24T08:00:00Z', {})).toBe(true);
  expect(in_('createdTo=2026-11-24T07:00:00Z', {})).toBe(false);
});

test('what falls due soon is asked for by instant', () => {
  expect(queryOf(read('due=soon'), NOW).dueBefore).toBe('2026-11-24T08:30:00.000Z');
  expect(queryOf(read('line=2,9'), NOW).line).toEqual([2]);
});

test.each([
  '',
  'state=new&severity=I,II&line=3&assignee=@me,@nobody&supplier=@any&major=true&q=端口&columns=title,state',
  'due=soon',
  'open=closed',
  'open=all&createdFrom=2026-11-01T00:00:00Z&parent=INC-000001',
  'sort=-createdAt',
])('a view that is kept shows the same again: %s', (search) => {
  const f = read(search);
  expect(filterOfSaved(savedOf(f), f.columns)).toEqual(f);
});

test('shipped views are links', () => {
  const links = SHIPPED_VIEWS.map((v) => decodeURIComponent(paramsOf(filterOfSaved(v.filter, v.columns)).toString()));
  expect(links).toEqual([
    '',
    'assignee=@me',
    'assignee=@nobody',
    'state=new',
    'due=soon',
    'major=true',
    'assessing=true',
    'supplier=@any',
    'state=resolved',
  ]);
});
