import knex, { type Knex } from 'knex';
import { types } from 'pg';
import type { Logger } from 'pino';

const INT8 = 20;
const DATE = 1082;
const TIMESTAMP_TZ = 1184;

/** Instants are ISO 8601 strings everywhere in the domain: the same type survives Temporal's JSON, HTTP and React. */
function isoInstant(text: string): string {
  const parsed: unknown = types.getTypeParser(TIMESTAMP_TZ)(text);
  // `infinity` is no Date and has no ISO form.
  return parsed instanceof Date ? parsed.toISOString() : text;
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} is beyond the safe integers of JavaScript`);
  return value;
}

/** How values of Postgres reach us: timestamptz → ISO string with milliseconds, date → `YYYY-MM-DD`, bigint → number. */
const PARSERS: Record<number, (text: string) => unknown> = {
  [INT8]: safeInteger,
  [DATE]: (text) => text,
  [TIMESTAMP_TZ]: isoInstant,
};

/** Passed to every `pg` client of ours, so that all of them read values alike. */
export const pgTypes = {
  getTypeParser: (oid: number): ((text: string) => unknown) => PARSERS[oid] ?? types.getTypeParser(oid, 'text'),
};

/**
 * A pool on the database. Nothing is opened until the first query; `destroy()` closes it.
 * @param options.max most connections held at a time
 * @param options.log hears of connections that were lost while idle; those in use reject their query
 */
export function connect(databaseUrl: string, { max = 10, log }: { max?: number; log?: Logger } = {}): Knex {
  const say = (message: unknown) => log?.warn({ database: String(message) }, 'database connection');
  return knex({
    client: 'pg',
    connection: { connectionString: databaseUrl, types: pgTypes, keepAlive: true, application_name: 'continuo' },
    // No idle minimum: a restarted database must not leave the pool holding dead connections.
    pool: { min: 0, max },
    acquireConnectionTimeout: 5_000,
    // Knex would write to stdout, which belongs to the JSON log.
    log: { warn: say, error: say, deprecate: say, debug: say },
  });
}
