import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { Knex } from 'knex';
import { pino } from 'pino';
import type { OidcSettings } from '../../adapters/identity/oidc';
import { createSeal } from '../../adapters/identity/seal';
import { issueSecret } from '../../adapters/identity/secret';
import { createLimits } from '../../api/limits';
import { createMetrics } from '../../api/metrics';
import { type PlatformDeps, platformRoutes } from '../../api/platform';
import { addPerson, replaceGrants } from '../../db/person';
import { addTenant } from '../../db/tenant';
import { putToken } from '../../db/token';
import type { RoleGrant } from '../../domain/person';
import type { Permission } from '../../domain/roles';
import { startApi, type TestApi } from './api';

export const SEAL_KEY = 'a key that only tests use';

/** Clock that tests move. */
export interface TestClock {
  now(): Date;
  advance(hours: number): void;
}

export function testClock(start = '2026-03-02T08:00:00.000Z'): TestClock {
  let at = Date.parse(start);
  return {
    now: () => new Date(at),
    advance(hours) {
      at += hours * 3_600_000;
    },
  };
}

/** The routes of api/platform.ts on a database; nothing of them needs an engine but `/readyz`. */
export function startPlatformApi(
  db: Knex,
  clock: TestClock,
  publicUrl = 'http://continuo.test',
  oidc?: OidcSettings,
): Promise<TestApi> {
  const limits = createLimits(db, 0);
  const config = { publicUrl, sessionHours: 12, namespace: 'test', oidc };
  const client = {} as Client;
  const deps: PlatformDeps = {
    db,
    config,
    seal: createSeal(SEAL_KEY),
    limits,
    metrics: createMetrics(),
    client,
    taskQueue: 'test',
    now: clock.now,
  };
  const log = pino({ level: 'silent' });
  return startApi({ db, routes: platformRoutes(deps), limits, now: clock.now, log, config: { publicUrl } });
}

/** Adds tenants by id. */
export async function addTenants(db: Knex, ...ids: string[]): Promise<void> {
  for (const id of ids) await addTenant(db, { id, name: id, securityLevel: 1, createdAt: new Date().toISOString() });
}

/** Somebody with roles and an API token, written to the database directly. */
export async function addCaller(
  db: Knex,
  caller: { login: string; tenantId: string; grants: readonly RoleGrant[]; scopes?: readonly Permission[] },
): Promise<{ personId: string; tokenId: string; token: string }> {
  const { login, tenantId, grants, scopes = null } = caller;
  const [personId, tokenId, createdAt] = [randomUUID(), randomUUID(), new Date().toISOString()];
  const person = { displayName: login, email: null, locale: 'en', zone: 'UTC' };
  if (!(await addPerson(db, { id: personId, tenantId, login, createdAt, ...person })))
    throw new Error(`${login} exists`);
  await replaceGrants(db, personId, 'all', grants, createdAt);
  const { secret, hash } = issueSecret('token');
  await putToken(db, { id: tokenId, hash, tenantId, personId, label: 'test', scopes, createdAt, expiresAt: null });
  return { personId, tokenId, token: secret };
}
