// Jest reporter: time per suite of suites (project) and the ten slowest tests, printed just before jest's own summary.
const path = require('node:path');

const SHOWN = 10;
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`.padStart(9);

class SlowReporter {
  constructor(globalConfig, options = {}) {
    this.rootDir = globalConfig.rootDir;
    this.notRun = options.notRun ?? [];
    this.write = options.write ?? ((text) => process.stderr.write(text));
  }

  onRunComplete(_contexts, results) {
    const lines = ['', 'Time per suite', ...this.suites(results), '', 'Slowest tests', ...this.slowest(results), ''];
    for (const { suite, why } of this.notRun) lines.push(`NOT RUN: suite ${suite}: ${why}`);
    this.write(`${lines.join('\n')}\n`);
  }

  /** One line per jest project: wall time of its files (setting up included), files, tests. */
  suites(results) {
    const by = new Map();
    for (const file of results.testResults) {
      const name = file.displayName?.name ?? 'tests';
      const sum = by.get(name) ?? { ms: 0, files: 0, tests: 0 };
      sum.ms += Math.max(0, (file.perfStats?.end ?? 0) - (file.perfStats?.start ?? 0));
      sum.files += 1;
      sum.tests += file.testResults.length;
      by.set(name, sum);
    }
    return [...by].map(([name, s]) => `${seconds(s.ms)}  ${name}: ${s.tests} tests in ${s.files} files`);
  }

  slowest(results) {
    const tests = results.testResults.flatMap((file) =>
      file.testResults.map((t) => ({
        ms: t.duration ?? 0,
        name: t.fullName,
        file: path.relative(this.rootDir, file.testFilePath),
      })),
    );
    tests.sort((a, b) => b.ms - a.ms);
    return tests.slice(0, SHOWN).map((t) => `${seconds(t.ms)}  ${t.file}: ${t.name}`);
  }
}

module.exports = SlowReporter;
