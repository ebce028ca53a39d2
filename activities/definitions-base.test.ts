import { editedRequest, requestFiles } from '../test/harness/request-definitions';
import { checkDefinitions, formatProblem, parseDefinitions } from './definitions';
import { runDefinitionTests } from './definitions-tests';

const ITEM = 'requests/disk/item.yaml';
const FORM = 'requests/disk/form.yaml';
const base = parseDefinitions(requestFiles());
const only = (path: string, edits: readonly (readonly [string, string])[] = []) =>
  editedRequest(path, edits).filter((f) => f.path === path);
const check = (files: ReturnType<typeof only>) => checkDefinitions(files, undefined, base).map(formatProblem);

test('files may name what is published already', () => {
  expect(checkDefinitions(only(ITEM)).length).toBeGreaterThan(0);
  expect(check(only(ITEM))).toEqual([]);
  expect(check(only(ITEM, [['form: disk', 'form: disc']]))).toEqual([
    `${ITEM}:10:7: error: unknown form "disc"; known: disk (did you mean "disk"?)`,
  ]);
});

test('what a change breaks in what is published is told, and only that', () => {
  expect(
    check(
      only(FORM, [
        ['        gb: {', '        size: {'],
        ['required: [gb]', 'required: [size]'],
      ]),
    ),
  ).toEqual([
    expect.stringMatching(/^request-process\/disk \(published\):1:1: error: the form "disk" has no field "sizing.gb"/),
    expect.stringContaining('request-process/disk (published)'),
    expect.stringContaining('request-process/disk (published)'),
    expect.stringContaining('request-sla/disk (published)'),
  ]);
});

test('only the tests of the files run, with what they name at hand', () => {
  const defs = parseDefinitions(only(ITEM), undefined, base);
  expect(runDefinitionTests(defs, base).map((r) => [r.definition, r.ok])).toEqual([
    ['catalogue-item/disk', true],
    ['catalogue-item/disk', true],
  ]);
});
