// `npm test`: every suite of jest.config.js in one run, two files at a time: most of them wait for processes.
// Arguments go to jest: `npm test -- domain/sla`, `npm test -- --selectProjects unit`.
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const { buildArgv, runCLI } = require('jest');
const { cannotRun } = require('./suites.cjs');

process.env.TZ = 'UTC';
process.env.NODE_ENV = 'test';
const config = require('../jest.config.js');
const notRun = cannotRun(config.projects.map((project) => project.displayName));
for (const { suite, why } of notRun) process.stderr.write(`NOT RUN: suite ${suite}: ${why}\n`);

const given = process.argv.slice(2);
const chosen = given.some((arg) => /^--(select|ignore)Projects/.test(arg));
const lanes = given.some((arg) => /^(-i|-w|--runInBand|--maxWorkers)/.test(arg));
const argv = await buildArgv([...(lanes ? [] : ['--maxWorkers=2']), ...given]);
if (notRun.length > 0 && !chosen) argv.ignoreProjects = notRun.map(({ suite }) => suite);
argv.config = JSON.stringify({
  ...config,
  rootDir: root,
  testSequencer: path.join(root, 'scripts/sequencer.cjs'),
  reporters: [[path.join(root, 'scripts/slow-reporter.cjs'), { notRun }], 'default'],
});
const { results } = await runCLI(argv, [root]);
// Where a machine is set up to run everything, a suite left out is a failure, not a footnote.
const complete = notRun.length === 0 || chosen || !process.env.CI;
// Not left to the event loop: the Temporal SDK's native part keeps a handle open for the life of the process.
process.exit(results.success && complete ? 0 : 1);
