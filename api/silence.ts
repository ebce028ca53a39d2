import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { z } from 'zod';
import { nextWindow, silencePhase, silenceState } from '../activities/convergence-time';
import { allFiringAlerts, type PlacedAlert } from '../db/alert-placed';
import { currentAlertRules } from '../db/alert-rules';
import { claimKey, requestHash } from '../db/idempotency';
import { endSilence, insertSilence, type ListedSilence, listSilences, silenceOf } from '../db/silence';
import { tenantExists } from '../db/tenant';
import { compileMatchers, type Matcher } from '../domain/alert-matcher';
import { seen } from '../domain/alert-rules';
import type { Silence } from '../domain/alert-silence';
import { DomainError } from '../domain/errors';
import { inScope } from '../domain/principal';
import { type Call, type Route, route } from './route';
import {
  previewAnswer,
  previewBody,
  silenceBody,
  silencePage,
  silenceParams,
  silenceQuery,
  silenceSchema,
} from './silence-schema';

export interface SilenceDeps {
  db: Knex;
  now(): Date;
}

const PATH = '/api/v1/silences';
const read = { tag: 'silences', access: 'incident:read' } as const;
const write = { tag: 'silences', access: 'alert:silence' } as const;
const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/** Silences, mutes of single hosts, maintenance windows: what holds alerts back for a time. */
export function silenceRoutes(deps: SilenceDeps): Route[] {
  return [listRoute(deps), readRoute(deps), createRoute(deps), previewRoute(deps), endRoute(deps)];
}

/** A silence as it is now. */
export function presentSilence(silence: ListedSilence, now: number): z.infer<typeof silenceSchema> {
  const { number: _, startsAt, endsAt, createdAt, endedAt, matchers, kind, ...rest } = silence;
  const { active, until } = silencePhase(silence, now);
  const [only] = matchers;
  const host = kind === 'host' && only?.label === '__host' && matchers.length === 1 ? only.value : null;
  return {
    ...rest,
    kind,
    host,
    matchers,
    startsAt: new Date(startsAt).toISOString(),
    endsAt: iso(endsAt),
    createdAt: new Date(createdAt).toISOString(),
    endedAt: iso(endedAt),
    state: silenceState(silence, now),
    activeUntil: active ? iso(until) : null,
    nextStart: iso(nextWindow(silence, now)),
  };
}

function listRoute({ db, now }: SilenceDeps): Route {
  return route({
    ...read,
    method: 'get',
    path: PATH,
    summary: 'Silences that hold now or later, or those that are over; newest first',
    query: silenceQuery,
    response: silencePage,
    async handle({ tenants, query: { expired, kind, limit, cursor } }) {
      const at = now().getTime();
      const filter = { live: expired === 'false', kind, now: at };
      const page = { limit: limit + 1, before: cursor === undefined ? null : Number(cursor) };
      const found = await listSilences(db, tenants, filter, page);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const nextCursor = found.length > limit && last ? String(last.number) : null;
      return { items: items.map((silence) => presentSilence(silence, at)), nextCursor };
    },
  });
}

/** @throws DomainError NotFound */
async function shownSilence(db: Knex, tenants: Call<unknown, unknown, unknown>['tenants'], id: string, now: number) {
  const silence = await silenceOf(db, tenants, id);
  if (silence) return presentSilence(silence, now);
  throw new DomainError('NotFound', `There is no silence ${id} that you may see.`);
}

function readRoute({ db, now }: SilenceDeps): Route {
  return route({
    ...read,
    method: 'get',
    path: `${PATH}/:id`,
    summary: 'One silence',
    params: silenceParams,
    response: silenceSchema,
    errors: ['NotFound'],
    handle: ({ tenants, params }) => shownSilence(db, tenants, params.id, now().getTime()),
  });
}

type Choice = { matchers?: Matcher[]; host?: string };
const matchersOf = ({ matchers = [], host }: Choice): Matcher[] =>
  host === undefined ? matchers : [{ label: '__host', op: '=', value: host.replace(/:\d+$/, '') }];

/** @throws DomainError Forbidden, ValidationFailed for a tenant that does not exist */
async function tenantOf(
  db: Knex,
  { principal, tenants }: Pick<Call<unknown, unknown, unknown>, 'principal' | 'tenants'>,
  wanted: string | undefined,
): Promise<string> {
  const tenantId = wanted ?? principal.tenantId;
  if (!inScope(tenants, tenantId))
    throw new DomainError('Forbidden', `You may not silence alerts of tenant ${tenantId}.`);
  if (wanted === undefined || (await tenantExists(db, wanted))) return tenantId;
  throw new DomainError('ValidationFailed', 'There is no such tenant.', [
    { path: 'body.tenantId', message: `unknown tenant "${wanted}"` },
  ]);
}

/** @throws DomainError ValidationFailed */
function silenceFrom(
  body: z.infer<typeof silenceBody>,
  made: Pick<Silence, 'id' | 'tenantId' | 'author'>,
  now: number,
) {
  const silence: Silence = {
    ...made,
    kind: body.kind,
    matchers: matchersOf(body),
    startsAt: body.startsAt === undefined ? now : Date.parse(body.startsAt),
    endsAt: body.endsAt === undefined ? null : Date.parse(body.endsAt),
    recurrence: body.recurrence ?? null,
    comment: body.comment,
    createdAt: now,
    endedAt: null,
    endedBy: null,
  };
  const { startsAt, endsAt } = silence;
  const problem =
    endsAt !== null && endsAt <= startsAt
      ? 'must be later than startsAt'
      : endsAt !== null && endsAt <= now
        ? 'is over already'
        : null;
  if (problem !== null)
    throw new DomainError('ValidationFailed', 'Not valid: body.endsAt.', [{ path: 'body.endsAt', message: problem }]);
  if (silence.recurrence !== null && silenceState(silence, now) === 'expired')
    throw new DomainError('ValidationFailed', 'Not valid: body.recurrence.', [
      { path: 'body.recurrence', message: 'no window of it lies ahead' },
    ]);
  return silence;
}

function createRoute({ db, now }: SilenceDeps): Route {
  return route({
    ...write,
    method: 'post',
    path: PATH,
    summary: 'Hold alerts back: by matchers, of one host, or in windows of maintenance',
    idempotency: 'accepted',
    body: silenceBody,
    status: 201,
    response: silenceSchema,
    errors: ['IdempotencyKeyReused'],
    async handle(call) {
      const { body, principal, idempotencyKey } = call;
      const at = now().getTime();
      const tenantId = await tenantOf(db, call, body.tenantId);
      const silence = silenceFrom(body, { id: randomUUID(), tenantId, author: principal.login }, at);
      const id = await db.transaction(async (trx) => {
        const { caseId, fresh } = await claimKey(trx, {
          tenantId,
          principal: principal.login,
          key: idempotencyKey ?? randomUUID(),
          requestHash: requestHash(`POST ${PATH}`, body),
          caseId: silence.id,
          now: new Date(at).toISOString(),
        });
        if (fresh) await insertSilence(trx, silence);
        return caseId;
      });
      call.log.info({ by: principal.login, silence: id, tenantId }, 'silence created');
      return shownSilence(db, [tenantId], id, at);
    },
  });
}

const SHOWN = 100;

function previewRoute({ db }: SilenceDeps): Route {
  return route({
    ...write,
    method: 'post',
    path: `${PATH}/preview`,
    summary: 'Which firing alerts a silence would hold now; nothing is written',
    body: previewBody,
    response: previewAnswer,
    async handle(call) {
      const { body } = call;
      if ((body.matchers === undefined) === (body.host === undefined))
        throw new DomainError('ValidationFailed', 'Not valid: body.matchers.', [
          { path: 'body.matchers', message: 'either this or host is required' },
        ]);
      const tenantId = await tenantOf(db, call, body.tenantId);
      const rules = await currentAlertRules(db, tenantId);
      const match = compileMatchers(matchersOf(body));
      const answer: { total: number; alreadyHeld: number; alerts: PlacedAlert[] } = {
        total: 0,
        alreadyHeld: 0,
        alerts: [],
      };
      for await (const alert of allFiringAlerts(db, tenantId)) {
        if (!match(seen(alert.labels, { source: alert.source ?? '', service: alert.service }, rules))) continue;
        answer.total += 1;
        if (alert.held) answer.alreadyHeld += 1;
        if (answer.alerts.length < SHOWN) answer.alerts.push(alert);
      }
      return answer;
    },
  });
}

function endRoute({ db, now }: SilenceDeps): Route {
  return route({
    ...write,
    method: 'post',
    path: `${PATH}/:id/end`,
    summary: 'End a silence now; what it held and still fires counts from now on',
    params: silenceParams,
    response: silenceSchema,
    errors: ['NotFound', 'Conflict'],
    async handle({ tenants, params, principal, log }) {
      const at = now().getTime();
      const ended = await db.transaction((trx) => endSilence(trx, tenants, params.id, principal.login, at));
      const silence = await shownSilence(db, tenants, params.id, at);
      if (!ended) throw new DomainError('Conflict', `Silence ${params.id} is over already.`);
      log.info({ by: principal.login, silence: params.id }, 'silence ended');
      return silence;
    },
  });
}
