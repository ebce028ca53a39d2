import path from 'node:path';
import type { Client } from '@temporalio/client';
import { pino } from 'pino';
import { loadDefinitions } from '../../activities/definitions';
import type { IncidentClient } from '../../activities/incident-client';
import type { RequestClient } from '../../activities/request-client';
import { createSeal } from '../../adapters/identity/seal';
import { createCaseFeed } from '../../api/events';
import { createLimits } from '../../api/limits';
import { createMetrics } from '../../api/metrics';
import { allRoutes } from '../../api/routes';
import { SHARED } from '../../db/definitions';
import { publishDefinitions } from '../../db/definitions-publish';
import { storePlan, writeProjection } from '../../db/incident';
import { DomainError } from '../../domain/errors';
import type { IncidentState } from '../../domain/incident';
import { checkCommand } from '../../domain/incident-check';
import { advance } from '../../domain/incident-clockwork';
import type { IncidentCommand } from '../../domain/incident-command';
import { openIncident } from '../../domain/incident-life';
import { applyCommand } from '../../domain/incident-rules';
import { projectionOf, viewIncident } from '../../domain/incident-view';
import { startApi, type TestApi } from './api';
import { openTestDatabase, type TestDatabase } from './database';
import { addTenants, type TestClock, testClock } from './identity';

const PUBLIC_URL = 'http://continuo.test';
const log = pino({ level: 'silent' });

/** The service desk: the whole registry of routes over a database, and cases that live in memory by the real rules. */
export interface DeskWorld extends TestDatabase {
  api: TestApi;
  clock: TestClock;
  /** Commands the cases have taken, in order. */
  commands: IncidentCommand[];
  /** Cases that were opened, by id. */
  cases: Map<string, IncidentState>;
  /** Set: the next commands and openings fail as if the engine were away. */
  away: boolean;
}

/** Opens and drives cases as the workflow does, and writes their rows. */
function memoryEngine(world: Omit<DeskWorld, 'api'>): IncidentClient {
  const { cases, commands, db } = world;
  const answer = async (s: IncidentState) => {
    const at = Date.now();
    advance(s, at);
    await storePlan(db, s.planId, s.plan);
    await writeProjection(db, projectionOf(s), []);
    return { view: viewIncident(s), projected: true };
  };
  const here = () => {
    if (world.away) throw new DomainError('EngineUnavailable', 'no engine here');
  };
  const unused = () => Promise.reject(new Error('not part of this world'));
  const engine: Pick<IncidentClient, 'open' | 'command'> = {
    async open(o) {
      here();
      const s = cases.get(o.id) ?? openIncident(o, Date.now());
      cases.set(o.id, s);
      return answer(s);
    },
    async command(id, c) {
      here();
      const s = cases.get(id);
      if (s === undefined) throw new DomainError('NotFound', `There is no ${id}.`);
      if (s.recent.includes(c.key)) return answer(s);
      checkCommand(s, c, Date.now());
      applyCommand(s, c, Date.now());
      commands.push(c);
      return answer(s);
    },
  };
  return new Proxy(engine as IncidentClient, { get: (known, name) => Reflect.get(known, name) ?? unused });
}

/** Shipped definitions, tenants `default`, `a`, `b`. */
export async function openDesk(): Promise<DeskWorld> {
  const database = await openTestDatabase();
  const { db, url } = database;
  const world = { ...database, clock: testClock(), commands: [], cases: new Map(), away: false };
  await addTenants(db, 'default', 'a', 'b');
  await publishDefinitions(db, SHARED, await loadDefinitions(path.resolve(__dirname, '../../process-defs')), 'tests');
  const limits = createLimits(db, 0);
  const feed = createCaseFeed({ db, now: world.clock.now, databaseUrl: url, log });
  const config = { publicUrl: PUBLIC_URL, sessionHours: 1, namespace: 'none' };
  const base = {
    db,
    config,
    seal: createSeal('a key for tests'),
    limits,
    metrics: createMetrics(),
    now: world.clock.now,
  };
  const incidents = memoryEngine(world);
  const routes = allRoutes({
    ...base,
    client: {} as Client,
    taskQueue: 'none',
    feed,
    incidents,
    requests: {} as RequestClient,
  });
  const api = await startApi({ db, routes, limits, log });
  const close = async () => {
    await api.close();
    await feed.stop();
    await database.close();
  };
  return Object.assign(world, { api, close });
}
