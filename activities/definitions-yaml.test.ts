import { checkDefinitions } from './definitions';

describe('files that are no definitions', () => {
  test.each([
    ['kind: [sla', 1, 11, 'not readable as YAML'],
    ['kind: sla\nkind: sla\n', 2, 1, 'Map keys must be unique'],
    ['kind: sla\n---\nkind: sla\n', 2, 1, 'multiple documents'],
    ['kind: sla\n\tname: x\n', 2, 1, 'not readable as YAML'],
    ['name: *none\n', 1, 7, 'alias *none: write the value out'],
    ['', 1, 1, 'must be a map'],
    ['- kind: sla\n', 1, 1, 'must be a map'],
    ['\nname: x\n', 2, 1, 'missing key "kind"'],
    ['kind: constructor\n', 1, 7, 'unknown kind "constructor"'],
  ])('%j', (text, line, column, message) => {
    const [problem, ...more] = checkDefinitions([{ path: 'x.yaml', text }]);
    expect(problem).toMatchObject({ file: 'x.yaml', line, column, severity: 'error' });
    expect(problem?.message).toContain(message);
    expect(more).toEqual([]);
  });
});
