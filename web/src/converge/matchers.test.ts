import { hostLink, labelsLink, startOf } from './matchers';

const read = (link: string | null) => startOf(new URL(link ?? '', 'http://x').searchParams);

test('all labels of an alert, its name first, come back out of the link as they were', () => {
  const start = read(labelsLink({ instance: 'a b:9100', alertname: 'Disk "full"', path: '\\srv' }));
  expect(start.kind).toBe('silence');
  expect(start.matchers).toEqual([
    { label: 'alertname', op: '=', value: 'Disk "full"' },
    { label: 'instance', op: '=', value: 'a b:9100' },
    { label: 'path', op: '=', value: '\\srv' },
  ]);
});

test('a host is named without its port', () => {
  expect(read(hostLink({ instance: 'web-1:9100' }))).toEqual({ kind: 'host', host: 'web-1', matchers: [] });
  expect(hostLink({ alertname: 'X' })).toBeNull();
});

test('nonsense in a link is left out', () => {
  expect(startOf(new URLSearchParams('kind=all&m=%3D%3D&m=a%3D~%22(%22&m=b%3D1'))).toEqual({
    kind: 'silence',
    host: '',
    matchers: [{ label: 'b', op: '=', value: '1' }],
  });
});
