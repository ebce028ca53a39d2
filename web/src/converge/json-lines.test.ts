import { editable, jsonLines, lineOf } from './json-lines';

const BODY = { version: '4', alerts: [{ labels: {}, startsAt: 'yesterday', n: null }, 'x'], empty: [] };

test('a document is written as JSON.stringify writes it', () => {
  expect(
    jsonLines(BODY)
      .map((l) => l.text)
      .join('\n'),
  ).toBe(JSON.stringify(BODY, null, 2));
  expect(editable(JSON.stringify(BODY))).toBe(JSON.stringify(BODY, null, 2));
  expect(editable('{"a":')).toBe('{"a":');
});

test('an error is told at its line, what is missing at what it is missing from', () => {
  const lines = jsonLines(BODY);
  const at = (path: string) => lines[lineOf(lines, path)]?.text.trim();
  expect(at('body.alerts.0.startsAt')).toBe('"startsAt": "yesterday",');
  expect(at('body.alerts.0.status')).toBe('{');
  expect(at('body.alerts.1')).toBe('"x"');
  expect(at('body.groupKey')).toBe('{');
  expect(at('query.source')).toBe('{');
});
