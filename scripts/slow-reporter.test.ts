import SlowReporter from './slow-reporter.cjs';

const file = (suite: string, name: string, ms: number[]) => ({
  displayName: { name: suite },
  perfStats: { start: 0, end: ms.reduce((a, b) => a + b, 500) },
  testFilePath: `/root/${name}`,
  testResults: ms.map((duration, i) => ({ duration, fullName: `test ${i}` })),
});

function printed(
  testResults: SlowReporter.Results['testResults'],
  notRun: { suite: string; why: string }[] = [],
): string[] {
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  new SlowReporter({ rootDir: '/root' }, { notRun, write }).onRunComplete([], { testResults });
  return text.split('\n').map((line) => line.trim());
}

test('time by suite counts setting up, tests are listed slowest first', () => {
  const lines = printed([
    file('unit', 'a.test.ts', [100, 900]),
    file('unit', 'b.test.ts', [500]),
    file('story', 'c.test.ts', [3000]),
  ]);
  expect(lines).toContain('2.5 s  unit: 3 tests in 2 files');
  expect(lines).toContain('3.5 s  story: 1 tests in 1 files');
  expect(lines.filter((l) => l.includes(': test'))).toEqual([
    '3.0 s  c.test.ts: test 0',
    '0.9 s  a.test.ts: test 1',
    '0.5 s  b.test.ts: test 0',
    '0.1 s  a.test.ts: test 0',
  ]);
});

test('ten tests are shown, not more', () => {
  const lines = printed([
    file(
      'unit',
      'a.test.ts',
      Array.from({ length: 30 }, (_, i) => i * 1000),
    ),
  ]);
  expect(lines.filter((l) => l.includes(': test'))).toHaveLength(10);
});

test('suites that did not run are said', () => {
  expect(printed([], [{ suite: 'workflow', why: 'no Java' }])).toContain('NOT RUN: suite workflow: no Java');
});
