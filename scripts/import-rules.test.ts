import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..');

/** File, source, and the rule it must break (`null` = none). All samples stand in one throw-away tree. */
const SAMPLES: [file: string, source: string, rule: string | null][] = [
  ['domain/plain.ts', 'export const one = 1; export type One = 1;', null],
  ['domain/process-def.ts', "import { z } from 'zod'; export const schema = z.string();", null],
  ['domain/reads.ts', "import { readFileSync } from 'node:fs'; export const f = readFileSync;", 'domain-is-pure'],
  ['domain/zone.ts', "import type { DateTime } from 'luxon'; export type T = DateTime;", 'domain-is-pure'],
  ['domain/process-def-file.ts', "import fs from 'node:fs'; export const f = fs;", 'process-def-imports-zod-only'],
  ['domain/stores.ts', "import type { Row } from '../db/row'; export type R = Row;", 'domain-imports-only'],
  [
    'workflows/plain.ts',
    "import { condition } from '@temporalio/workflow'; import type { A } from '../activities/acts'; export const w = condition; export type B = A;",
    null,
  ],
  [
    'workflows/by-value.ts',
    "import { act } from '../activities/acts'; export const w = act;",
    'workflows-know-only-types-of-activities',
  ],
  [
    'workflows/zones.ts',
    "import { DateTime } from 'luxon'; export const w = DateTime;",
    'workflows-import-temporal-only',
  ],
  [
    'workflows/client.ts',
    "import { Client } from '@temporalio/client'; export const w = Client;",
    'workflows-import-temporal-only',
  ],
  ['workflows/node.ts', "import path from 'node:path'; export const w = path;", 'workflows-import-temporal-only'],
  [
    'workflows/schema.ts',
    "import { schema } from '../domain/process-def'; export const w = schema;",
    'no-schema-library-in-the-isolate',
  ],
  ['workflows/stores.ts', "import type { Row } from '../db/row'; export type R = Row;", 'workflows-imports-only'],
  ['activities/acts.ts', "import { row } from '../db/row'; export const act = row; export type A = typeof act;", null],
  ['activities/incident-client.ts', "import { w } from '../workflows/plain'; export const c = w;", null],
  [
    'activities/other.ts',
    "import { w } from '../workflows/plain'; export const c = w;",
    'workflow-contracts-through-the-client',
  ],
  ['activities/serves.ts', "import { route } from '../api/route'; export const c = route;", 'activities-imports-only'],
  ['activities/calendar.ts', "import { one } from '../domain/plain'; export const cal = one;", null],
  [
    'api/route.ts',
    "import { cal } from '../activities/calendar'; import { c } from '../activities/incident-client'; export const route = [cal, c];",
    null,
  ],
  ['api/does.ts', "import { act } from '../activities/acts'; export const route = act;", 'api-imports-only'],
  ['api/starts.ts', "import { up } from '../engine/up'; export const route = up;", 'api-imports-only'],
  ['api/configured.ts', "import { config } from '../config'; export const route = config;", 'api-imports-only'],
  ['db/row.ts', "import { one } from '../domain/plain'; export const row = one; export type Row = 1;", null],
  ['db/sends.ts', "import { mail } from '../adapters/mail'; export const row = mail;", 'db-imports-only'],
  ['adapters/mail.ts', "import { row } from '../db/row'; export const mail = row;", null],
  ['adapters/asks.ts', "import { act } from '../activities/acts'; export const mail = act;", 'adapters-imports-only'],
  ['engine/up.ts', "import net from 'node:net'; export const up = net;", null],
  ['engine/knows.ts', "import { one } from '../domain/plain'; export const up = one;", 'engine-imports-only'],
  ['web/src/page.tsx', "import { one } from '../../domain/plain'; export const page = one;", null],
  [
    'web/src/def.tsx',
    "import { schema } from '../../domain/process-def'; export const page = schema;",
    'web-takes-only-types-of-definitions',
  ],
  [
    'web/src/def-type.tsx',
    "import type { schema } from '../../domain/process-def'; export type D = typeof schema;",
    null,
  ],
  ['web/src/row.tsx', "import type { Row } from '../../db/row'; export type R = Row;", 'web-imports-only'],
  ['web/src/row.test.tsx', "import type { Row } from '../../db/row'; export type R = Row;", null],
  ['db/round-a.ts', "import { b } from './round-b'; export const a = () => b;", 'no-circular'],
  // A circle is reported once, at the file it was entered by.
  ['db/round-b.ts', "import { a } from './round-a'; export const b = () => a;", null],
  ['db/type-a.ts', "import type { B } from './type-b'; export type A = B | 1;", null],
  ['db/type-b.ts', "import type { A } from './type-a'; export type B = A | 2;", null],
  ['db/lonely.ts', 'export const nobody = 1;', 'no-orphans'],
  ['db/lost.ts', "import { x } from './nowhere'; export const row = x;", 'not-resolvable'],
  ['db/dev.ts', "import fc from 'fast-check'; export const row = fc;", 'no-dev-package-at-run-time'],
  ['db/hidden.ts', "import picomatch from 'picomatch'; export const row = picomatch;", 'no-undeclared-package'],
  ['db/tested.ts', "import { x } from '../test/harness'; export const row = x;", 'no-test-code-in-product'],
  ['test/harness.ts', 'export const x = 1;', null],
  ['config.ts', 'export const config = 1;', null],
];

interface Violation {
  from: string;
  rule: { name: string };
}
let root: string;
let violations: Violation[];

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'import-rules-'));
  for (const shared of ['node_modules', 'package.json', 'tsconfig.json'])
    symlinkSync(path.join(ROOT, shared), path.join(root, shared));
  for (const [file, source] of SAMPLES) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), source);
  }
  const args = ['--config', path.join(ROOT, '.dependency-cruiser.cjs'), '--output-type', 'json', '.'];
  const run = spawnSync(path.join(ROOT, 'node_modules/.bin/depcruise'), args, { cwd: root, encoding: 'utf8' });
  violations = (JSON.parse(run.stdout) as { summary: { violations: Violation[] } }).summary.violations;
}, 60_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each(SAMPLES.map(([file, , rule]) => ({ file, rule })))('$file breaks $rule', ({ file, rule }) => {
  const broken = violations.filter((v) => v.from === file).map((v) => v.rule.name);
  if (rule === null) expect(broken).toEqual([]);
  else expect(broken).toContain(rule);
});
