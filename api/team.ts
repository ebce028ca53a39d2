import type { Knex } from 'knex';
import { z } from 'zod';
import { type AdminEventKind, appendAdminEvents, type NewAdminEvent } from '../db/admin-event';
import { SHARED } from '../db/definitions';
import { claimKey, requestHash } from '../db/idempotency';
import { peopleChangedById } from '../db/people-changed';
import { personOf } from '../db/person';
import { addTeam, changeTeam, listTeams, membersSeen, removeTeam, type Team, teamOf } from '../db/team';
import { tenantExists } from '../db/tenant';
import { DomainError } from '../domain/errors';
import { inScope, type TenantScope } from '../domain/principal';
import { cutPage, keyOfCursor, pageOf, pageQuery } from './page';
import { type Call, type Route, route } from './route';

export interface TeamDeps {
  db: Knex;
  now(): Date;
}

const PATH = '/api/v1/teams';
const tag = 'people';
const kind = z.enum(['team', 'virtual']);
const params = z.strictObject({ name: z.string().max(100) });
const words = z.string().trim().min(1).max(100);
const title = z.strictObject({ 'zh-CN': words, en: words });
const leadId = z.uuid().nullable();
const personName = z.object({ id: z.string(), login: z.string(), displayName: z.string() });

const teamSchema = z
  .object({
    name: z.string(),
    tenantId: z.string().meta({ description: '`*`: shared by all tenants.' }),
    title: z.object({ 'zh-CN': z.string(), en: z.string() }),
    kind: kind.meta({ description: '`virtual`: people of several teams who work together on something.' }),
    lead: personName.nullable(),
    members: z.int().meta({ description: 'Active people of the tenants you may read.' }),
    outsourced: z.int(),
    createdAt: z.string(),
  })
  .meta({ id: 'Team' });
const memberSchema = personName.extend({ outsourced: z.boolean(), active: z.boolean(), tenantId: z.string() });

const createBody = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1–63 lower-case letters, digits or hyphens')
    .meta({ description: 'Stands in process definitions and on cases; unique over all tenants.' }),
  tenantId: z.string().optional().meta({ description: "`*` = shared by all tenants. Default: the caller's." }),
  title,
  kind: kind.default('team'),
  leadId: leadId.default(null),
});
const changeBody = z.strictObject({ title: title.optional(), kind: kind.optional(), leadId: leadId.optional() });

/** Teams as data: what stands in definitions and on cases by name gets a title, a lead and people. */
export function teamRoutes(deps: TeamDeps): Route[] {
  return [
    listRoute(deps),
    readRoute(deps),
    membersRoute(deps),
    createRoute(deps),
    changeRoute(deps),
    removeRoute(deps),
  ];
}

function listRoute({ db }: TeamDeps): Route {
  return route({
    method: 'get',
    path: PATH,
    tag,
    summary: 'Teams of your tenants and shared ones',
    access: 'people:read',
    query: pageQuery.extend({
      q: z.string().trim().min(1).max(100).optional().meta({ description: 'Part of name or title.' }),
      kind: kind.optional(),
    }),
    response: pageOf(teamSchema),
    async handle({ tenants, query: { limit, cursor, ...filter } }) {
      const rows = await listTeams(db, tenants, filter, { limit: limit + 1, after: keyOfCursor(cursor) });
      return cutPage(rows, limit, (team) => team.name);
    },
  });
}

function readRoute({ db }: TeamDeps): Route {
  return route({
    method: 'get',
    path: `${PATH}/:name`,
    tag,
    summary: 'One team',
    access: 'people:read',
    params,
    response: teamSchema,
    handle: ({ tenants, params: { name } }) => teamOrNotFound(db, tenants, name),
  });
}

function membersRoute({ db }: TeamDeps): Route {
  return route({
    method: 'get',
    path: `${PATH}/:name/members`,
    tag,
    summary: 'Who belongs to a team',
    access: 'people:read',
    params,
    query: pageQuery,
    response: pageOf(memberSchema),
    async handle({ tenants, params: { name }, query: { limit, cursor } }) {
      await teamOrNotFound(db, tenants, name);
      const rows = await membersSeen(db, tenants, name, { limit: limit + 1, after: keyOfCursor(cursor) });
      return cutPage(rows, limit, (member) => member.login);
    },
  });
}

/** @throws DomainError NotFound, also for teams of other tenants */
async function teamOrNotFound(db: Knex, scope: TenantScope, name: string): Promise<Team> {
  const team = await teamOf(db, scope, name);
  if (team === undefined) throw new DomainError('NotFound', `There is no team ${name} that you may see.`);
  return team;
}

/** Shared teams are the business of whoever manages all tenants. @throws DomainError Forbidden */
function refuseForeign(scope: TenantScope, tenantId: string): void {
  if (tenantId === SHARED ? scope === 'all' : inScope(scope, tenantId)) return;
  const what = tenantId === SHARED ? 'teams shared by all tenants' : `teams of tenant ${tenantId}`;
  throw new DomainError('Forbidden', `You do not manage ${what}.`);
}

/** @throws DomainError ValidationFailed when nobody active whom the caller may see has the id */
async function checkLead(db: Knex, scope: TenantScope, id: string | null): Promise<void> {
  if (id === null || (await personOf(db, scope, id))?.active) return;
  const message = 'no active person whom you may see has this id';
  throw new DomainError('ValidationFailed', 'Not accepted.', [{ path: 'body.leadId', message }]);
}

function teamEvent(team: Team, kind: AdminEventKind, actor: string, at: string, body = {}): NewAdminEvent {
  return { tenantId: team.tenantId, kind, subject: `team/${team.name}`, at, actor, body };
}

function createRoute(deps: TeamDeps): Route {
  return route({
    method: 'post',
    path: PATH,
    tag,
    summary: 'Add a team',
    access: 'people:manage',
    idempotency: 'accepted',
    body: createBody,
    status: 201,
    response: teamSchema,
    errors: ['Conflict', 'IdempotencyKeyReused'],
    async handle(call) {
      const { body, tenants, principal, log, res } = call;
      const tenantId = body.tenantId ?? principal.tenantId;
      refuseForeign(tenants, tenantId);
      if (tenantId !== SHARED && !(await tenantExists(deps.db, tenantId))) {
        const unknown = [{ path: 'body.tenantId', message: `unknown tenant ${tenantId}` }];
        throw new DomainError('ValidationFailed', 'Not accepted.', unknown);
      }
      await checkLead(deps.db, tenants, body.leadId);
      const team = await deps.db.transaction((trx) => addOnce(trx, call, tenantId, deps.now().toISOString()));
      log.info({ by: principal.login, team: team.name }, 'team added');
      res.location(`${PATH}/${team.name}`);
      return team;
    },
  });
}

/** Adds the team, or finds the one an earlier request with this key has added. */
async function addOnce(
  trx: Knex,
  { body, principal, tenants, idempotencyKey }: Call<unknown, unknown, z.infer<typeof createBody>>,
  tenantId: string,
  now: string,
): Promise<Team> {
  if (idempotencyKey !== null) {
    const claim = { principal: principal.login, key: idempotencyKey, requestHash: requestHash(`POST ${PATH}`, body) };
    const { fresh } = await claimKey(trx, { tenantId: principal.tenantId, caseId: body.name, now, ...claim });
    if (!fresh) return teamOrNotFound(trx, tenants, body.name);
  }
  if (!(await addTeam(trx, { ...body, tenantId, createdAt: now }))) {
    const taken = [{ path: 'body.name', message: 'is taken' }];
    throw new DomainError('Conflict', `There is a team ${body.name} already.`, taken);
  }
  const team = await teamOrNotFound(trx, tenants, body.name);
  const { title, kind, lead } = team;
  const told = { title, kind, lead: lead?.login ?? null };
  await appendAdminEvents(trx, teamEvent(team, 'team_added', principal.login, now, told));
  return team;
}

function changeRoute({ db, now }: TeamDeps): Route {
  return route({
    method: 'patch',
    path: `${PATH}/:name`,
    tag,
    summary: 'Change title, kind or lead',
    access: 'people:manage',
    params,
    body: changeBody,
    response: teamSchema,
    async handle({ tenants, params: { name }, body, principal, log }) {
      const team = await db.transaction(async (trx) => {
        await trx('team').where({ name }).forUpdate().first('name');
        const before = await teamOrNotFound(trx, tenants, name);
        refuseForeign(tenants, before.tenantId);
        if (body.leadId !== undefined) await checkLead(trx, tenants, body.leadId);
        const leadId = body.leadId === undefined ? await leadIdOf(trx, name) : body.leadId;
        await changeTeam(trx, name, { title: body.title ?? before.title, kind: body.kind ?? before.kind, leadId });
        const after = await teamOrNotFound(trx, tenants, name);
        const fields = changedFields(before, after);
        if (Object.keys(fields).length === 0) return after;
        await peopleChangedById(trx, leadsOf(before, after));
        const at = now().toISOString();
        await appendAdminEvents(trx, teamEvent(after, 'team_changed', principal.login, at, { fields }));
        return after;
      });
      log.info({ by: principal.login, team: name, fields: Object.keys(body) }, 'team changed');
      return team;
    },
  });
}

/** The lead may be somebody whom the caller cannot see: he stays unless another is named. */
async function leadIdOf(db: Knex, name: string): Promise<string | null> {
  const row: { lead_id: string | null } | undefined = await db('team').where({ name }).first('lead_id');
  return row?.lead_id ?? null;
}

function changedFields(before: Team, after: Team): Record<string, unknown> {
  const told = ({ title, kind, lead }: Team) => ({ title, kind, lead: lead?.login ?? null });
  const [old, fresh] = [told(before), told(after)];
  const changed = (Object.keys(fresh) as (keyof typeof fresh)[]).filter(
    (key) => JSON.stringify(old[key]) !== JSON.stringify(fresh[key]),
  );
  return Object.fromEntries(changed.map((key) => [key, [old[key], fresh[key]]]));
}

const leadsOf = (...teams: Team[]) => [...new Set(teams.flatMap((t) => t.lead?.id ?? []))];

function removeRoute({ db, now }: TeamDeps): Route {
  return route({
    method: 'delete',
    path: `${PATH}/:name`,
    tag,
    summary: 'Remove a team that nobody belongs to',
    access: 'people:manage',
    params,
    status: 204,
    errors: ['Conflict'],
    async handle({ tenants, params: { name }, principal, log }) {
      await db.transaction(async (trx) => {
        const team = await teamOrNotFound(trx, tenants, name);
        refuseForeign(tenants, team.tenantId);
        if (!(await removeTeam(trx, name))) {
          throw new DomainError('Conflict', `Somebody belongs to ${name}; take its people out first.`);
        }
        const { title, kind } = team;
        const at = now().toISOString();
        await appendAdminEvents(trx, teamEvent(team, 'team_removed', principal.login, at, { title, kind }));
      });
      log.info({ by: principal.login, team: name }, 'team removed');
    },
  });
}
