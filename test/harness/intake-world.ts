import path from 'node:path';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { convergenceTick } from '../../activities/convergence';
import { loadDefinitions } from '../../activities/definitions';
import { intakeLane } from '../../activities/intake';
import { heartbeatRoutes } from '../../api/heartbeat';
import { intakeRoutes } from '../../api/intake';
import { intakeGroupRoutes } from '../../api/intake-groups';
import { intakeHeldRoutes } from '../../api/intake-held';
import { intakeRejectedRoutes } from '../../api/intake-rejected';
import { intakeSourceRoutes } from '../../api/intake-sources';
import { intakeTryRoutes } from '../../api/intake-try';
import { silenceRoutes } from '../../api/silence';
import { SHARED } from '../../db/definitions';
import { publishDefinitions } from '../../db/definitions-publish';
import { claimRows } from '../../db/queue-row';
import type { AlertRulesDoc } from '../../domain/process-def-alert';
import { ADMIN_TOKEN, type ApiAnswer, startApi, type TestApi } from './api';
import { addCaller, addTenants, type TestClock, testClock } from './identity';

const log = pino({ level: 'silent' });
const SERVICES = ['cloud-platform', 'portal'];

/** The endpoints of intake and convergence over a real database, with the lane turned by hand and a clock that tests move. */
export class IntakeWorld {
  private constructor(
    readonly db: Knex,
    readonly clock: TestClock,
    private readonly api: TestApi,
    /** Tokens of administrators: of everything, of tenant `other` alone, and of a technician of `default`. */
    readonly tokens: { admin: string; other: string; technician: string },
  ) {}

  /** @param db migrated and empty */
  static async open(db: Knex): Promise<IntakeWorld> {
    const clock = testClock();
    await addTenants(db, 'default', 'other');
    const shipped = await loadDefinitions(path.resolve(__dirname, '../../process-defs'));
    await publishDefinitions(db, SHARED, shipped, 'tests');
    const deps = { db, now: clock.now, serviceNames: async () => SERVICES };
    const made = [intakeRoutes, intakeRejectedRoutes, intakeSourceRoutes, intakeTryRoutes, intakeGroupRoutes];
    const routes = [...made, intakeHeldRoutes, silenceRoutes, heartbeatRoutes].flatMap((routesOf) => routesOf(deps));
    const api = await startApi({ db, routes });
    const token = async (login: string, role: string, tenantId: string) =>
      (await addCaller(db, { login, tenantId, grants: [{ role, tenantId }] })).token;
    return new IntakeWorld(db, clock, api, {
      admin: ADMIN_TOKEN,
      other: await token('admin-of-other', 'administrator', 'other'),
      technician: await token('technician', 'maintenance-technician', 'default'),
    });
  }

  call(method: string, where: string, body?: unknown, token: string = this.tokens.admin): Promise<ApiAnswer> {
    return this.api.call(method, `/api/v1/${where}`, { token, body });
  }

  /** A POST with headers of its own. */
  send(where: string, body: unknown, headers: Record<string, string>): Promise<ApiAnswer> {
    return this.api.call('POST', `/api/v1/${where}`, { token: this.tokens.admin, body, headers });
  }

  /** Without any token: what a cron job does. */
  anonymous(method: string, where: string): Promise<ApiAnswer> {
    return this.api.call(method, `/api/v1/${where}`);
  }

  /** Processes what was accepted and moves what is due. */
  async work(): Promise<void> {
    const { db } = this;
    const now = () => this.clock.now().getTime();
    const lane = intakeLane({ db, log, now, serviceNames: async () => SERVICES });
    // Once more after there was nothing: a heartbeat that is missed becomes an input.
    for (let idle = 0; idle < 2; ) {
      const rows = await claimRows(db, lane);
      await (lane.handle as (r: typeof rows) => Promise<unknown>)(rows);
      await convergenceTick({ db, log, now });
      idle = rows.length > 0 ? 0 : idle + 1;
    }
  }

  /** Publishes lists of rules for everybody. */
  async rules(rules: Partial<AlertRulesDoc>): Promise<void> {
    const title = { 'zh-CN': '测试', en: 'test' };
    const tests = [{ labels: {}, expect: {} }];
    const doc: AlertRulesDoc = {
      apiVersion: 'continuo/v1',
      kind: 'alert-rules',
      name: 'default',
      title,
      tests,
      ...rules,
    };
    await publishDefinitions(this.db, SHARED, [doc], 'tests');
  }

  /** A source of tenant `default`. */
  async source(name: string, kind = 'alertmanager'): Promise<{ id: string; token: string }> {
    const { body } = await this.call('POST', 'intake/sources', { name, kind, service: 'portal' });
    return { id: body.source.id, token: body.token };
  }

  close(): Promise<void> {
    return this.api.close();
  }
}

/** A webhook of one group; labels by fingerprint. */
export function webhook(group: string, alerts: Record<string, Record<string, string>>, status = 'firing') {
  return {
    version: '4',
    groupKey: group,
    commonAnnotations: { summary: `${group} is bad` },
    alerts: Object.entries(alerts).map(([fingerprint, labels]) => ({
      status,
      labels: { alertname: group, ...labels },
      startsAt: '2026-03-02T07:59:00Z',
      ...(status === 'resolved' ? { endsAt: '2026-03-02T08:30:00Z' } : {}),
      fingerprint,
    })),
  };
}

/** Paths of the errors of an answer, sorted. */
export const errorPaths = ({ body }: ApiAnswer): string[] =>
  ((body.errors ?? []) as { path: string }[]).map(({ path: at }) => at).sort();
