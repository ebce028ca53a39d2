import type { Knex } from 'knex';

/** A secret for one person to look at once, without the secret. Instants RFC 3339. */
export interface OneTimeSecret {
  id: string;
  tenantId: string;
  caseId: string;
  step: string;
  login: string;
  createdAt: string;
  expiresAt: string;
  viewedAt: string | null;
  revokedAt: string | null;
  /** What it is for: the resource that the step has made. */
  resource: string | null;
  provisioner: string | null;
}

const COLUMNS = {
  id: 'id',
  tenantId: 'tenant_id',
  caseId: 'case_id',
  step: 'step',
  login: 'login',
  createdAt: 'created_at',
  expiresAt: 'expires_at',
  viewedAt: 'viewed_at',
  revokedAt: 'revoked_at',
};

export interface NewOneTimeSecret {
  id: string;
  key: string;
  tenantId: string;
  caseId: string;
  step: string;
  login: string;
  sealed: string;
  /** ISO 8601, of the clock by which people will look. */
  at: string;
  expiresAt: string;
  by: string;
}

type EventKind = 'made' | 'viewed' | 'refused' | 'revoked' | 'expired';
const noteEvent = (trx: Knex, id: string, kind: EventKind, at: string, by: string) =>
  trx('one_time_secret_event').insert({ secret_id: id, kind, at, by });

/** Id of the secret that a repeated key has made before. */
export async function secretOfKey(db: Knex, key: string): Promise<string | null> {
  const row: { id: string } | undefined = await db('one_time_secret').where({ key }).first('id');
  return row?.id ?? null;
}

/** To be called in a transaction. */
export async function insertOneTimeSecret(trx: Knex, s: NewOneTimeSecret): Promise<void> {
  await trx('one_time_secret').insert({
    id: s.id,
    key: s.key,
    tenant_id: s.tenantId,
    case_id: s.caseId,
    step: s.step,
    login: s.login,
    sealed: s.sealed,
    created_at: s.at,
    expires_at: s.expiresAt,
  });
  await noteEvent(trx, s.id, 'made', s.at, s.by);
}

const made = (column: string) => `(select r.${column} from provisioning_run r where r.case_id = one_time_secret.case_id
  and r.step = one_time_secret.step and r.operation = 'create' order by r.created_at desc limit 1) as ${column}`;
const secrets = (db: Knex): Knex.QueryBuilder<OneTimeSecret, OneTimeSecret[]> =>
  db('one_time_secret')
    .select(COLUMNS)
    .select(db.raw(`${made('resource')}, ${made('provisioner')}`));

/** A secret of somebody; null also when it is another's. */
export async function oneTimeSecretOf(db: Knex, login: string, id: string): Promise<OneTimeSecret | null> {
  return (await secrets(db).where({ id, login }).first()) ?? null;
}

/** Whether a secret belongs to a case. */
export async function oneTimeSecretInCase(db: Knex, caseId: string, id: string): Promise<boolean> {
  return (await db('one_time_secret').where({ id, case_id: caseId }).first('id')) !== undefined;
}

/** Secrets that wait for somebody, newest first. */
export async function waitingSecrets(db: Knex, login: string, now: string): Promise<OneTimeSecret[]> {
  return secrets(db)
    .where({ login })
    .whereNotNull('sealed')
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc');
}

/**
 * Takes a secret out for good: of callers who race one gets it. The copy of the run that made it is forgotten as well.
 * @returns the sealed text, or null when there is none to be seen any more
 */
export async function takeSecret(trx: Knex, id: string, login: string, at: string): Promise<string | null> {
  const row: { sealed: string | null; expires_at: string; case_id: string; step: string } | undefined = await trx(
    'one_time_secret',
  )
    .where({ id, login })
    .forUpdate()
    .first('sealed', 'expires_at', 'case_id', 'step');
  if (!row || row.sealed === null || Date.parse(row.expires_at) <= Date.parse(at)) {
    if (row) await noteEvent(trx, id, 'refused', at, login);
    return null;
  }
  await trx('one_time_secret').where({ id }).update({ sealed: null, viewed_at: at });
  await trx('provisioning_run').where({ case_id: row.case_id, step: row.step }).update({ secret: null });
  await noteEvent(trx, id, 'viewed', at, login);
  return row.sealed;
}

/** Notes that somebody else than it is for has asked for it. */
export async function noteRefused(db: Knex, id: string, by: string, at: string): Promise<void> {
  const known: unknown = await db('one_time_secret').where({ id }).first('id');
  if (known !== undefined) await noteEvent(db, id, 'refused', at, by);
}

/** Takes a secret back; one that was seen stays seen. Nothing happens to one that is not there. */
export async function revokeSecret(trx: Knex, id: string, at: string, by: string): Promise<void> {
  const changed = await trx('one_time_secret').where({ id, revoked_at: null }).update({ sealed: null, revoked_at: at });
  if (changed > 0) await noteEvent(trx, id, 'revoked', at, by);
}

/** Forgets secrets that nobody has looked at in time. @returns how many */
export async function forgetExpired(db: Knex, now: string): Promise<number> {
  const result: { rows: unknown[] } = await db.raw(
    `with old as (update one_time_secret set sealed = null where sealed is not null and expires_at <= ? returning id)
     insert into one_time_secret_event (secret_id, kind, at, by) select id, 'expired', ?, 'system' from old returning seq`,
    [now, now],
  );
  return result.rows.length;
}
