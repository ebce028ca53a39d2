import path from 'node:path';
import { loadDefinitions } from '../../activities/definitions';
import { connect } from '../../db/connect';
import { publishDefinitions } from '../../db/definitions-publish';
import type { Definition } from '../../domain/process-def';
import type { PlatformUnderTest } from './platform-under-test';

/** Publishes changed or added definitions for tenant `default`, beside the shipped ones. */
export async function publish(
  platform: PlatformUnderTest,
  change: (shipped: readonly Definition[]) => Definition[],
): Promise<void> {
  const shipped = await loadDefinitions(path.resolve(__dirname, '../../process-defs'));
  const db = connect(platform.databaseUrl, { max: 1 });
  try {
    await publishDefinitions(db, 'default', change(shipped), 'tests');
  } finally {
    await db.destroy();
  }
}

/** A copy of a shipped definition, to be changed. @throws Error when there is none */
export function copyOf<K extends Definition['kind']>(
  shipped: readonly Definition[],
  kind: K,
  name: string,
): Extract<Definition, { kind: K }> {
  const found = shipped.find((d) => d.kind === kind && d.name === name);
  if (!found) throw new Error(`no ${kind} ${name} is shipped`);
  return structuredClone(found) as Extract<Definition, { kind: K }>;
}
