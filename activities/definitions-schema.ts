import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DEFINITION_KINDS } from '../domain/process-def';
import { jsonSchemaOf } from './definitions-issues';

/** File name → JSON Schema text of every kind of definition. */
export function jsonSchemaFiles(): Map<string, string> {
  return new Map(
    DEFINITION_KINDS.map((kind) => {
      const schema = { ...jsonSchemaOf(kind), title: `continuo/v1 ${kind}` };
      return [`${kind}.json`, `${JSON.stringify(schema, null, 2)}\n`];
    }),
  );
}

/** Writes the JSON Schemas that editors use to `dir`, creating it; returns the file names. */
export async function writeJsonSchemas(dir: string): Promise<string[]> {
  await mkdir(dir, { recursive: true });
  const files = [...jsonSchemaFiles()];
  await Promise.all(files.map(([name, text]) => writeFile(path.join(dir, name), text)));
  return files.map(([name]) => name);
}
