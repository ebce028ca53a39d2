import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { type EditCase, edited, shippedFiles } from '../test/harness/edited-definitions';
import { jsonSchemaFiles, writeJsonSchemas } from './definitions-schema';

const COMMITTED = path.join(__dirname, '..', 'process-defs', 'schema');

function accepts(file: { text: string }): boolean {
  const value: { kind: string } = parse(file.text);
  const schema: object = JSON.parse(jsonSchemaFiles().get(`${value.kind}.json`) ?? '{}');
  return new Ajv({ strict: false, validateFormats: false }).validate(schema, value);
}

test('the committed schemas are those of the code (run `continuo defs schema` when they are not)', async () => {
  const names = (await readdir(COMMITTED)).sort();
  const texts = await Promise.all(names.map((name) => readFile(path.join(COMMITTED, name), 'utf8')));
  expect(new Map(names.map((name, i) => [name, texts[i]]))).toEqual(new Map([...jsonSchemaFiles()].sort()));
});

test('writeJsonSchemas writes one file for each kind', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'continuo-schema-'));
  const written = await writeJsonSchemas(path.join(dir, 'new'));
  expect((await readdir(path.join(dir, 'new'))).sort()).toEqual([...written].sort());
  expect(await readFile(path.join(dir, 'new', 'sla.json'), 'utf8')).toBe(jsonSchemaFiles().get('sla.json'));
  await rm(dir, { recursive: true });
});

test('every shipped definition names its schema in its first line and is accepted by it', () => {
  for (const file of shippedFiles()) {
    const kind: string = parse(file.text).kind;
    expect(file.text.split('\n')[0]).toBe(`# yaml-language-server: $schema=../schema/${kind}.json`);
    expect({ file: file.path, accepted: accepts(file) }).toEqual({ file: file.path, accepted: true });
  }
});

const SLA = 'slas/incident.yaml';
const CASES: Pick<EditCase, 'from' | 'to'>[] = [
  { from: 'calendar: 7x24', to: 'calender: 7x24' },
  { from: ', IV: PT2H }', to: ' }' },
  { from: 'II: PT6H', to: 'II: 6h' },
  { from: '[planned, resolved, closed]', to: '[plan, resolved]' },
];
test.each(CASES)('the schema alone already refuses $to', ({ from, to }) => {
  const file = edited(SLA, from, to).find((f) => f.path === SLA);
  expect(file && accepts(file)).toBe(false);
});
