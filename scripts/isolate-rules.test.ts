import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkProject } from './isolate-rules.cjs';

const HEAD = `import { condition, defineUpdate, setHandler } from '@temporalio/workflow';
const u = defineUpdate<void, [string]>('u');
const refuse = (x: string) => { if (!x) throw new Error(); };
`;
const handler = (options: string, before = '') => `${HEAD}${before}\nsetHandler(u, () => undefined, ${options});`;
const PROMISED = /validator .*synchronous/;

/** Each sample becomes a file of one throw-away project; `null` = nothing may be found. */
const SAMPLES: [name: string, folder: string, source: string, message: RegExp | null][] = [
  ['async arrow', 'workflows', handler('{ validator: async (x) => refuse(x) }'), PROMISED],
  ['async method', 'workflows', handler('{ async validator(x) { refuse(x); } }'), PROMISED],
  ['async function', 'workflows', handler('{ validator: v }', 'async function v(x: string) { refuse(x); }'), PROMISED],
  [
    'promise of a method',
    'workflows',
    handler(
      '{ validator: (x) => { void c.check(x); } }',
      'const c = new (class { check(x: string) { return Promise.resolve(x); } })();',
    ),
    PROMISED,
  ],
  [
    'promise two calls away',
    'workflows',
    handler('{ validator: () => near() }', 'async function far() {} function near() { void far(); }'),
    PROMISED,
  ],
  ['then in the body', 'workflows', handler('{ validator: () => { condition(() => true).then(() => 1); } }'), PROMISED],
  ['options in a variable', 'workflows', handler('o', 'const o = { validator: async () => {} };'), PROMISED],
  ['synchronous validator', 'workflows', handler('{ validator: (x) => refuse(x) }'), null],
  ['async handler', 'workflows', `${HEAD}setHandler(u, async () => undefined, { validator: refuse });`, null],
  ['performance', 'workflows', 'export const t = performance.now();', /performance/],
  ['Temporal.Now', 'workflows', 'export const t = (Temporal as any).Now.instant();', /Temporal/],
  ['uuid4', 'workflows', "import { uuid4 } from '@temporalio/workflow'; export const t = uuid4();", /uuid4/],
  ['year and month', 'workflows', 'export const t = new Date(2026, 1, 1);', /zone of the host/],
  ['toLocaleString', 'workflows', 'export const t = (1).toLocaleString();', /toLocaleString/],
  ['local hours', 'domain', 'export const t = new Date(0).getHours();', /getHours/],
  ['clock', 'domain', 'export const t = Date.now();', /Date\.now/],
  ['clock by Date', 'domain', 'export const t = new Date();', /reads the clock/],
  ['chance', 'domain', 'export const t = Math.random();', /Math\.random/],
  ['what replays', 'workflows', 'export const t = [Date.now(), new Date(0).getUTCHours(), Math.random()];', null],
  ['own variable', 'domain', 'export const f = (process: { env: string }) => process.env;', null],
  ['property', 'domain', 'export const f = (x: { process: string }) => x.process;', null],
];

const fileOf = (index: number) => path.join(SAMPLES[index]?.[1] ?? '', `sample-${index}.ts`);
let root: string;
let found: { file: string; line: number; message: string }[];

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'isolate-rules-'));
  symlinkSync(path.resolve(__dirname, '../node_modules'), path.join(root, 'node_modules'));
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2023'],
    moduleResolution: 'bundler',
    module: 'esnext',
    strict: true,
  };
  const write = (file: string, text: string) => writeFileSync(path.join(root, file), text);
  write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['workflows', 'domain'] }));
  for (const folder of ['workflows', 'domain']) mkdirSync(path.join(root, folder));
  for (const [index, [, , source]] of SAMPLES.entries()) write(fileOf(index), source);
  write('domain/left-out.test.ts', 'export const t = Date.now();');
  found = checkProject(path.join(root, 'tsconfig.json')).found;
}, 60_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each(SAMPLES.map(([name, folder, , message], index) => ({ name, folder, message, index })))(
  '$folder: $name',
  ({ message, index }) => {
    const messages = found.filter((f) => f.file === fileOf(index)).map((f) => f.message);
    if (message === null) expect(messages).toEqual([]);
    else expect(messages).toContainEqual(expect.stringMatching(message));
  },
);

test('test files are left out', () => {
  expect(found.filter((f) => f.file.endsWith('.test.ts'))).toEqual([]);
});

test('a project without files of ours is an error, not a pass', () => {
  const empty = path.join(root, 'empty');
  mkdirSync(empty);
  writeFileSync(path.join(empty, 'tsconfig.json'), '{}');
  expect(() => checkProject(path.join(empty, 'tsconfig.json'))).toThrow('covers no file');
});
