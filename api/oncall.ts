import type { Knex } from 'knex';
import { shiftAt, shifts } from '../activities/oncall';
import { currentDefinitions, currentSchedules } from '../db/definitions';
import { namesOf, participantsOf } from '../db/oncall';
import type { Shift } from '../domain/oncall';
import { ofKind } from '../domain/process-def';
import { type OnCallDeps, overrideRoutes, PATH, scheduleOf, tenantOf } from './oncall-override';
import {
  dutySchema,
  nowQuery,
  rangeQuery,
  scheduleParams,
  scheduleSchema,
  schedulesQuery,
  shiftsAnswer,
  whole,
} from './oncall-schema';
import { type Route, route } from './route';

const read = { method: 'get', tag: 'oncall', access: 'oncall:read' } as const;
const iso = (ms: number) => new Date(ms).toISOString();

/** Rotas: who is on call when, and who stands in for whom. */
export function oncallRoutes(deps: OnCallDeps): Route[] {
  return [schedulesRoute(deps), nowRoute(deps), shiftsRoute(deps), ...overrideRoutes(deps)];
}

async function titlesOf(db: Knex, tenantId: string) {
  const docs = ofKind(await currentDefinitions(db, tenantId), 'schedule');
  return (name: string) => docs.find((d) => d.name === name)?.title ?? { 'zh-CN': name, en: name };
}

function schedulesRoute({ db }: OnCallDeps): Route {
  return route({
    ...read,
    path: `${PATH}/schedules`,
    summary: 'Rotas of a tenant',
    query: schedulesQuery,
    response: whole(scheduleSchema),
    async handle(call) {
      const tenantId = tenantOf(call);
      const title = await titlesOf(db, tenantId);
      const items = [];
      for (const s of await currentSchedules(db, tenantId))
        items.push({ id: s.id, name: title(s.id), zone: s.zone, participants: await participantsOf(db, tenantId, s) });
      return { items, nextCursor: null };
    },
  });
}

/** Somebody on call, as people read it. */
function presentShift(names: ReadonlyMap<string, string>, { login, from, to }: Shift) {
  return {
    login,
    displayName: login === null ? null : (names.get(login) ?? null),
    from: from === null ? null : iso(from),
    to: to === null ? null : iso(to),
  };
}

function presentNext(names: ReadonlyMap<string, string>, next: Shift, at: number) {
  const { login, displayName, from } = presentShift(names, next);
  return { login, displayName, from: from ?? iso(at) };
}

function nowRoute({ db, now }: OnCallDeps): Route {
  return route({
    ...read,
    path: `${PATH}/now`,
    summary: 'Who is on call now, and who is next, rota by rota',
    query: nowQuery,
    response: whole(dutySchema),
    async handle(call) {
      const tenantId = tenantOf(call);
      const at = call.query.at === undefined ? (now?.() ?? new Date()).getTime() : Date.parse(call.query.at);
      const title = await titlesOf(db, tenantId);
      const duties = [];
      for (const schedule of await currentSchedules(db, tenantId, new Date(at))) {
        const participants = await participantsOf(db, tenantId, schedule);
        const shift = shiftAt(schedule, participants, at);
        duties.push({ schedule, shift, next: shift.to === null ? null : shiftAt(schedule, participants, shift.to) });
      }
      const logins = duties.flatMap(({ shift, next }) => [shift.login ?? [], next?.login ?? []].flat());
      const names = await namesOf(db, logins);
      const items = duties.map(({ schedule, shift, next }) => ({
        schedule: schedule.id,
        name: title(schedule.id),
        zone: schedule.zone,
        ...presentShift(names, shift),
        next: next && presentNext(names, next, at),
      }));
      return { items, nextCursor: null };
    },
  });
}

function shiftsRoute({ db, now }: OnCallDeps): Route {
  return route({
    ...read,
    path: `${PATH}/schedules/:name/shifts`,
    summary: 'A rota between two instants, its gaps, and who is on call now',
    params: scheduleParams,
    query: rangeQuery,
    response: shiftsAnswer,
    errors: ['NotFound'],
    async handle(call) {
      const tenantId = tenantOf(call);
      const schedule = await scheduleOf(db, tenantId, call.params.name);
      const participants = await participantsOf(db, tenantId, schedule);
      const found = shifts(schedule, participants, Date.parse(call.query.from), Date.parse(call.query.to));
      const current = shiftAt(schedule, participants, (now?.() ?? new Date()).getTime());
      const names = await namesOf(
        db,
        [...found, current].flatMap((s) => s.login ?? []),
      );
      const gaps = found.flatMap(({ login, from, to }) =>
        login === null && from !== null && to !== null ? [{ from: iso(from), to: iso(to) }] : [],
      );
      const items = found.map((s) => presentShift(names, s));
      return { schedule: schedule.id, zone: schedule.zone, now: presentShift(names, current), items, gaps };
    },
  });
}
