import { randomUUID } from 'node:crypto';
import { parseDefinitions } from '../../activities/definitions';
import { permissionOf } from '../../api/incident-command';
import { commandBodies } from '../../api/incident-commands';
import { OWN_COMMANDS } from '../../api/incident-view';
import { insertProposal } from '../../db/definition-proposal';
import { insertSavedView } from '../../db/saved-view';
import type { IncidentOp } from '../../domain/incident-command';
import type { AccessSample, Caller, Samples } from './access-matrix';
import { REQUEST_SAMPLES } from './access-request';
import { RESOURCE_SAMPLES } from './access-resource';
import type { AccessWorld } from './access-world';
import { COMMAND_BODIES } from './command-bodies';

type Sample = AccessSample<AccessWorld>;

const PUBLIC: Sample = { access: 'public', foreign: 'open' };
const SIGNED_IN: Sample = { access: 'signed-in', foreign: 'open' };

const incident = async (w: AccessWorld) => ({ params: { id: await w.incident() } });
const readIncident: Sample = {
  access: ['incident:read', 'incident:read-own'],
  foreign: 404,
  ownOnly: 'incident:read-own',
  request: incident,
};

const insideIncident: Sample = { access: 'incident:read', foreign: 404, request: incident };

/** What is made of internal notes is for staff. */
const readStaff: Sample = { access: 'incident:read', foreign: 404, request: incident };
const readDocument: Sample = {
  access: ['incident:read', 'request:read', 'request:read-own'],
  foreign: 404,
  ownOnly: ['request:read', 'request:read-own'],
  request: async (w) => ({ params: { id: await w.document() } }),
};

/** What commands name beside themselves has to be there. */
const NAMED: Partial<Record<IncidentOp, (w: AccessWorld) => Promise<object>>> = {
  assign: async (w) => ({ assignee: await w.colleague() }),
  merge: async (w) => ({ into: await w.incident() }),
  'set-parent': async (w) => ({ parent: await w.incident() }),
  link: async (w) => ({ target: await w.incident() }),
  'raise-major': async (w) => ({ commander: await w.colleague(), communications: await w.colleague() }),
};

/** A list has something to show; which thing does not matter. */
const listing = (_made: string) => ({});

const commands = Object.fromEntries(
  (Object.keys(commandBodies) as IncidentOp[]).map((op): [string, Sample] => [
    `POST /api/v1/incidents/:id/${op}`,
    {
      access: OWN_COMMANDS.includes(op) ? [permissionOf(op), 'incident:read-own'] : permissionOf(op),
      ...(OWN_COMMANDS.includes(op) && { ownOnly: 'incident:read-own' }),
      foreign: 404,
      request: async (w) => ({ ...(await incident(w)), body: { ...COMMAND_BODIES[op], ...(await NAMED[op]?.(w)) } }),
    },
  ]),
);

/** A definition that fits the shipped ones, of a name that nothing else has. */
const PROPOSED = `apiVersion: continuo/v1
kind: form
name: proposed-${randomUUID().slice(0, 8)}
title: { zh-CN: 表, en: Form }
schema: { type: object, properties: { a: { type: string, x-title: { zh-CN: 甲, en: A } } } }
tests: [{ data: {}, valid: true }]
`;

/** A proposal for tenant `own` of somebody else's. */
async function proposal(w: AccessWorld): Promise<string> {
  const id = randomUUID();
  const files = [{ path: 'a.yaml', text: PROPOSED.replace(/^name: .*$/m, `name: proposed-${id}`) }];
  const made = { id, tenantId: 'own', files, docs: parseDefinitions(files), note: 'belongs-to-tenant-own' };
  const basedOn = { [`form/proposed-${id}`]: null };
  await insertProposal(w.db, { ...made, basedOn, createdBy: 'author', createdAt: new Date().toISOString() });
  return id;
}

const manageSource: Sample = {
  access: 'intake:manage',
  foreign: 404,
  request: async (w) => ({ params: { id: await w.source() } }),
};

/** Nothing answers there. */
const mailServer = { host: '127.0.0.1', port: 1, security: 'none', username: 'u', password: 'p' };

const readOncall: Sample = { access: 'oncall:read', foreign: 404 };
const range = { from: '2027-01-01T00:00:00Z', to: '2027-01-08T00:00:00Z' };
const schedule = (w: AccessWorld) => ({ params: { name: w.schedule } });

const readPerson: Sample = {
  access: 'people:read',
  foreign: 404,
  request: async (w) => ({ params: { id: await w.person() } }),
};

/** Drafts are of whoever calls: of another's of the same key he learns nothing, and writes his own. */
const draft: Sample = {
  ...SIGNED_IN,
  foreign: 404,
  request: async (w, caller) => ({ params: { key: await w.draftOf(caller) } }),
};

const HOST = [{ label: 'host', op: '=', value: 'a' }];
const ofInput: Sample = {
  access: 'intake:manage',
  foreign: 404,
  request: async (w) => ({ params: { id: await w.deadInput() } }),
};
const ofSilence: Sample = {
  access: 'alert:silence',
  foreign: 404,
  request: async (w) => ({ params: { id: await w.silence() } }),
};
const ofHeartbeat: Sample = {
  access: 'intake:manage',
  foreign: 404,
  request: async (w) => ({ params: { id: (await w.heartbeat()).id } }),
};
/** Whoever has the key may beat; the answer says nothing else. */
const beat: Sample = { ...PUBLIC, request: async (w) => ({ params: { key: (await w.heartbeat()).key } }) };

const ownBatch: Sample = {
  ...SIGNED_IN,
  foreign: 404,
  request: async (w, caller) => ({ params: { id: await w.batchOf(caller) } }),
};
const task = async (w: AccessWorld) => ({ params: { id: await w.task() } });
const workTask: Sample = {
  access: ['incident:handle', 'request:handle', 'incident:read-own', 'request:read-own'],
  foreign: 404,
  ownOnly: ['incident:read-own', 'request:read-own'],
};
const readTask: Sample = {
  access: ['incident:read', 'incident:read-own', 'request:read-own'],
  foreign: 404,
  ownOnly: ['incident:read-own', 'request:read-own'],
  request: task,
};
const changeNotice: Sample = {
  access: 'notice:publish',
  foreign: 404,
  request: async (w) => ({ params: { id: await w.notice() }, body: { pinned: true } }),
};
/** Of whoever was asked. */
const ownSurvey: Sample = {
  ...SIGNED_IN,
  foreign: 404,
  request: async (w, caller) => ({ params: { id: await w.surveyOf(caller) } }),
};
const manageSecret: Sample = { access: 'definition:publish', foreign: 404 };
const managePerson: Sample = { access: ['people:manage', 'oncall:manage'], foreign: 404 };
const absence = { from: '2027-01-01T00:00:00Z', to: '2027-01-08T00:00:00Z', reason: 'r' };

const alert = { status: 'firing', labels: { alertname: 'Full' }, startsAt: '2027-01-01T00:00:00Z' };

/** A view the caller keeps for himself: nobody else's is there for him. */
async function ownView({ db }: AccessWorld, caller: Caller): Promise<string> {
  const [id, at] = [randomUUID(), new Date().toISOString()];
  const view = { id, tenantId: caller.tenantId, owner: caller.login, name: id, filter: {}, columns: null };
  await insertSavedView(db, { ...view, at, by: caller.login });
  return id;
}

/** Whoever has the link is whom it was sent to. */
const byLink = (body?: object): Sample => ({
  ...PUBLIC,
  request: async (w) => ({ params: await w.approvalLink(), body }),
});

/** Every route of the registry; the test fails while one is missing. */
/** Something about a team of tenant `own` that nobody belongs to. */
const aTeam = (access: Sample['access'], body?: object): Sample => ({
  access,
  foreign: 404,
  request: async (w) => ({ params: { name: await w.team() }, body }),
});

export const ACCESS_SAMPLES: Samples<AccessWorld> = {
  // Whoever asks gets what he is asked: somebody else's votes are never in it (api/approval.server.test.ts).
  'GET /api/v1/approvals': { access: ['request:read', 'request:read-own'], foreign: 'open' },
  'GET /api/v1/approval-links/:token': byLink(),
  'GET /api/v1/approval-links/:token/attachments/:id': byLink(),
  'POST /api/v1/approval-links/:token': byLink({ decision: 'approve' }),
  'GET /healthz': PUBLIC,
  'GET /readyz': PUBLIC,
  'GET /metrics': PUBLIC,
  'POST /api/v1/session': { ...PUBLIC, request: async (w) => ({ body: await w.signIn() }) },
  'POST /api/v1/setup': {
    ...PUBLIC,
    request: async (w) => ({ body: { token: await w.setupToken(), password: 'long enough for this' } }),
  },
  'GET /api/v1/session': SIGNED_IN,
  'DELETE /api/v1/session': SIGNED_IN,
  'GET /api/v1/me': SIGNED_IN,
  'PATCH /api/v1/me': { ...SIGNED_IN, wholeAccountOnly: true, request: () => ({ body: { locale: 'en' } }) },
  'GET /api/v1/roles': SIGNED_IN,
  'GET /api/v1/tokens': SIGNED_IN,
  'POST /api/v1/tokens': { ...SIGNED_IN, request: () => ({ body: { label: 'x' } }) },
  'DELETE /api/v1/tokens/:id': {
    ...SIGNED_IN,
    foreign: 404,
    request: async (w, caller) => ({ params: { id: await w.tokenOf(caller) } }),
  },

  'GET /api/v1/people': {
    ...readPerson,
    foreign: 'hidden',
    request: async (w) => ({ ...listing(await w.person()), query: { q: 'belongs-to' } }),
  },
  'GET /api/v1/colleagues': {
    access: 'request:read-own',
    foreign: 'hidden',
    request: async (w) => ({ ...listing(await w.person()), query: { q: 'belongs-to' } }),
  },
  'GET /api/v1/people/:id': readPerson,
  'POST /api/v1/people': {
    access: 'people:manage',
    foreign: 403,
    request: () => ({ body: { login: `n-${randomUUID()}`, displayName: 'N', tenantId: 'own' } }),
  },
  'PATCH /api/v1/people/:id': {
    access: 'people:manage',
    foreign: 404,
    request: async (w) => ({ params: { id: await w.person() }, body: { zone: 'UTC' } }),
  },
  'POST /api/v1/people/:id/setup-link': { ...readPerson, access: 'people:manage' },
  'GET /api/v1/tenants': { access: 'people:read', foreign: 'open' },
  'POST /api/v1/tenants': {
    access: 'people:manage',
    foreign: 403,
    everywhereOnly: true,
    request: () => ({ body: { id: `t-${randomUUID()}`, name: 'T' } }),
  },

  'PATCH /api/v1/tenants/:id': {
    access: 'people:manage',
    foreign: 403,
    everywhereOnly: true,
    request: () => ({ params: { id: 'own' }, body: { securityLevel: 2 } }),
  },
  'GET /api/v1/people/:id/holdings': {
    access: 'people:manage',
    foreign: 404,
    request: async (w) => ({ params: { id: await w.person() } }),
  },
  'GET /api/v1/people/:id/identities': {
    access: 'people:manage',
    foreign: 404,
    request: async (w) => ({ params: { id: await w.person() } }),
  },
  'PUT /api/v1/people/:id/identities': {
    access: 'people:manage',
    foreign: 404,
    request: async (w) => ({ params: { id: await w.person() }, body: { subject: null } }),
  },
  'GET /api/v1/sign-in-options': { access: 'public', foreign: 'open' },
  'GET /api/v1/oidc/start': { access: 'public', foreign: 'open' },
  'GET /api/v1/oidc/callback': { access: 'public', foreign: 'open' },
  'POST /api/v1/oidc/sign-out': SIGNED_IN,
  'GET /api/v1/oidc/group-roles': { access: 'people:manage', foreign: 403, everywhereOnly: true },
  'POST /api/v1/oidc/group-roles': {
    access: 'people:manage',
    foreign: 403,
    everywhereOnly: true,
    request: () => ({ body: { group: randomUUID(), role: 'requester' } }),
  },
  'DELETE /api/v1/oidc/group-roles/:id': {
    access: 'people:manage',
    foreign: 403,
    everywhereOnly: true,
    request: async (w) => ({ params: { id: await w.groupRole() } }),
  },
  'GET /api/v1/teams': {
    access: 'people:read',
    foreign: 'hidden',
    request: async (w) => ({ query: { q: await w.team() } }),
  },
  'GET /api/v1/teams/:name': aTeam('people:read'),
  'GET /api/v1/teams/:name/members': aTeam('people:read'),
  'POST /api/v1/teams': {
    access: 'people:manage',
    foreign: 403,
    request: () => ({
      body: { name: `t-${randomUUID()}`, tenantId: 'own', title: { 'zh-CN': 'x', en: 'x' } },
    }),
  },
  'PATCH /api/v1/teams/:name': aTeam('people:manage', { kind: 'virtual' }),
  'DELETE /api/v1/teams/:name': aTeam('people:manage'),
  'GET /api/v1/admin-events': {
    access: 'audit:read',
    foreign: 'hidden',
    request: async (w) => ({ query: { subject: await w.adminEvent() } }),
  },

  'GET /api/v1/events': { access: ['incident:read', 'incident:read-own'], foreign: 'open', stream: true },
  'GET /api/v1/incidents': {
    ...readIncident,
    foreign: 'hidden',
    request: async (w) => listing(await w.incident()),
  },
  'GET /api/v1/saved-views': { access: ['incident:read', 'incident:read-own'], foreign: 'open' },
  'POST /api/v1/saved-views': {
    access: ['incident:read', 'incident:read-own'],
    foreign: 403,
    request: () => ({ body: { name: `v-${randomUUID()}`, filter: {}, tenantId: 'own' } }),
  },
  'PATCH /api/v1/saved-views/:id': {
    ...SIGNED_IN,
    foreign: 404,
    wholeAccountOnly: true,
    request: async (w, caller) => ({ params: { id: await ownView(w, caller) }, body: { filter: { state: ['new'] } } }),
  },
  'DELETE /api/v1/saved-views/:id': {
    ...SIGNED_IN,
    foreign: 404,
    wholeAccountOnly: true,
    request: async (w, caller) => ({ params: { id: await ownView(w, caller) } }),
  },
  'GET /api/v1/incidents/count': { ...readIncident, foreign: 'open', request: undefined },
  'POST /api/v1/incidents': {
    access: 'incident:create',
    foreign: 403,
    request: (w) => ({ body: { title: 'T', impact: 'low', urgency: 'low', service: w.service, tenantId: 'own' } }),
  },
  'GET /api/v1/incidents/:id': readIncident,
  'GET /api/v1/incidents/:id/timeline': readIncident,
  'GET /api/v1/incidents/:id/pages': insideIncident,
  'GET /api/v1/incidents/:id/alerts': insideIncident,
  'GET /api/v1/incidents/:id/tasks': insideIncident,
  'GET /api/v1/incidents/:id/clocks': readIncident,
  ...commands,

  'POST /api/v1/attachments': {
    access: ['incident:create', 'incident:handle'],
    foreign: 'open',
    request: () => ({ query: { name: 'a.txt' }, file: 'text' }),
  },
  'GET /api/v1/attachments/:id': {
    ...readIncident,
    request: async (w) => ({ params: { id: await w.attachment() } }),
  },
  'DELETE /api/v1/attachments/:id': {
    ...SIGNED_IN,
    foreign: 404,
    request: async (w, caller) => ({ params: { id: await w.attachment(caller) } }),
  },
  'GET /api/v1/incidents/:id/attachments': readIncident,

  'GET /api/v1/incidents/:id/report': readStaff,
  'GET /api/v1/incidents/:id/documents': readStaff,
  'POST /api/v1/incidents/:id/documents': {
    ...readStaff,
    request: async (w) => ({ ...(await incident(w)), body: { format: 'pdf', locale: 'en' } }),
  },
  'GET /api/v1/documents/:id': readDocument,
  'GET /api/v1/documents/:id/content': readDocument,

  'GET /api/v1/calls': {
    access: 'call:log',
    foreign: 'hidden',
    request: async (w) => listing(await w.call()),
  },
  'GET /api/v1/calls/caller': {
    access: 'call:log',
    foreign: 'hidden',
    request: async (w) => ({ ...listing(await w.call()), query: { number: '010-8888 6666' } }),
  },
  'POST /api/v1/calls': {
    access: 'call:log',
    foreign: 404,
    request: async (w) => ({
      body: {
        startedAt: '2027-01-01T00:00:00Z',
        endedAt: '2027-01-01T00:01:00Z',
        text: 't',
        result: { outcome: 'noted', caseId: await w.incident() },
      },
    }),
  },
  'GET /api/v1/drafts/:key': draft,
  'PUT /api/v1/drafts/:key': {
    ...draft,
    foreign: 'open',
    request: async (w, caller) => ({ params: { key: await w.draftOf(caller) }, body: { body: { text: 't' } } }),
  },
  'DELETE /api/v1/drafts/:key': { ...draft, foreign: 'open' },

  'GET /api/v1/definitions': {
    access: 'definition:read',
    foreign: 404,
    request: () => ({ query: { tenantId: 'own' } }),
  },
  'GET /api/v1/definitions/:kind/:name': {
    access: 'definition:read',
    foreign: 404,
    request: (w) => ({ params: { kind: 'service', name: w.service }, query: { tenantId: 'own' } }),
  },
  'GET /api/v1/definitions/:kind/:name/diff': {
    access: 'definition:read',
    foreign: 404,
    request: (w) => ({ params: { kind: 'service', name: w.service }, query: { tenantId: 'own' } }),
  },
  'GET /api/v1/definition-proposals': {
    access: 'definition:read',
    foreign: 'hidden',
    request: async (w) => listing(await proposal(w)),
  },
  'POST /api/v1/definition-proposals': {
    access: 'definition:publish',
    foreign: 403,
    request: () => ({ body: { tenantId: 'own', note: 'why', files: [{ path: 'a.yaml', text: PROPOSED }] } }),
  },
  'GET /api/v1/definition-proposals/:id': {
    access: 'definition:read',
    foreign: 404,
    request: async (w) => ({ params: { id: await proposal(w) } }),
  },
  'POST /api/v1/definition-proposals/:id/approve': {
    access: 'definition:publish',
    foreign: 404,
    request: async (w) => ({ params: { id: await proposal(w) } }),
  },
  'POST /api/v1/definition-proposals/:id/refuse': {
    access: 'definition:publish',
    foreign: 404,
    request: async (w) => ({ params: { id: await proposal(w) }, body: { reason: 'no' } }),
  },
  'GET /api/v1/catalogue': { access: 'request:create', foreign: 404, request: () => ({ query: { tenantId: 'own' } }) },
  'GET /api/v1/catalogue/search': {
    access: 'request:create',
    foreign: 404,
    request: () => ({ query: { tenantId: 'own', q: '资源' } }),
  },
  'GET /api/v1/catalogue/items/:name': {
    access: 'request:create',
    foreign: 404,
    request: () => ({ params: { name: 'resource-application-new' }, query: { tenantId: 'own' } }),
  },
  'GET /api/v1/forms/:name': {
    access: ['request:create', 'request:read-own', 'request:read'],
    foreign: 404,
    request: () => ({ params: { name: 'resource-application-new' }, query: { tenantId: 'own' } }),
  },
  'GET /api/v1/services': { access: ['incident:create', 'incident:read'], foreign: 'open' },
  'GET /api/v1/definitions/severities': { access: ['incident:create', 'incident:read'], foreign: 'open' },

  'GET /api/v1/oncall/schedules': { ...readOncall, request: () => ({ query: { tenantId: 'own' } }) },
  'GET /api/v1/oncall/now': { ...readOncall, request: () => ({ query: { tenantId: 'own' } }) },
  'GET /api/v1/oncall/schedules/:name/shifts': {
    ...readOncall,
    request: (w) => ({ ...schedule(w), query: { tenantId: 'own', ...range } }),
  },
  'GET /api/v1/oncall/schedules/:name/overrides': {
    ...readOncall,
    request: (w) => ({ ...schedule(w), query: { tenantId: 'own', ...range } }),
  },
  'POST /api/v1/oncall/schedules/:name/overrides': {
    access: 'oncall:manage',
    foreign: 404,
    request: (w, caller) => ({ ...schedule(w), query: { tenantId: 'own' }, body: { ...range, login: caller.login } }),
  },
  'DELETE /api/v1/oncall/schedules/:name/overrides/:id': {
    access: 'oncall:manage',
    foreign: 404,
    request: async (w) => ({ params: { name: w.schedule, id: await w.override() }, query: { tenantId: 'own' } }),
  },

  'POST /api/v1/intake/alertmanager': {
    access: 'intake:write',
    foreign: 'open',
    request: () => ({ body: { version: '4', groupKey: 'g', alerts: [alert] } }),
  },
  'POST /api/v1/intake/events': {
    access: 'intake:write',
    foreign: 'open',
    request: () => ({ body: { status: 'firing', title: 'T' } }),
  },
  'GET /api/v1/intake/rejected': {
    access: 'intake:manage',
    foreign: 'hidden',
    request: async (w) => listing(await w.deadInput()),
  },
  'POST /api/v1/intake/rejected/:id/retry': {
    access: 'intake:manage',
    foreign: 404,
    request: async (w) => ({ params: { id: await w.deadInput() } }),
  },
  'GET /api/v1/intake/sources': {
    ...manageSource,
    foreign: 'hidden',
    request: async (w) => listing(await w.source()),
  },
  'POST /api/v1/intake/sources': {
    access: 'intake:manage',
    foreign: 403,
    request: (w) => ({ body: { name: `s-${randomUUID()}`, kind: 'events', service: w.service, tenantId: 'own' } }),
  },
  'POST /api/v1/intake/sources/:id/rotate': manageSource,
  'DELETE /api/v1/intake/sources/:id': manageSource,
  'GET /api/v1/intake/mailboxes': {
    access: 'intake:manage',
    foreign: 'hidden',
    request: async (w) => listing(await w.mailbox()),
  },
  'POST /api/v1/intake/mailboxes': {
    access: 'intake:manage',
    foreign: 403,
    request: (w) => ({ body: { ...mailServer, ...w.newMailbox(), tenantId: 'own' } }),
  },
  'POST /api/v1/intake/mailboxes/test': {
    access: 'intake:manage',
    foreign: 403,
    request: () => ({ body: { ...mailServer, tenantId: 'own' } }),
  },
  'PATCH /api/v1/intake/mailboxes/:id': {
    access: 'intake:manage',
    foreign: 404,
    request: async (w) => ({ params: { id: await w.mailbox() }, body: { active: false } }),
  },
  'GET /api/v1/intake/mails': {
    access: 'intake:manage',
    foreign: 'hidden',
    request: async (w) => listing(await w.mail()),
  },
  'GET /api/v1/intake/mails/outgoing': { access: 'intake:manage', foreign: 'open' },
  'GET /api/v1/intake/mails/:id/raw': {
    access: 'intake:manage',
    foreign: 404,
    request: async (w) => ({ params: { id: await w.mail() } }),
  },
  'POST /api/v1/intake/mails/:id/retry': {
    access: 'intake:manage',
    foreign: 404,
    request: async (w) => ({ params: { id: await w.mail() } }),
  },
  'POST /api/v1/intake/mails/:id/settle': {
    access: 'intake:manage',
    foreign: 404,
    request: async (w) => ({ params: { id: await w.mail() } }),
  },
  'GET /api/v1/intake/groups': {
    access: 'incident:read',
    foreign: 'hidden',
    request: async (w) => listing(await w.group()),
  },
  'GET /api/v1/intake/groups/:id/alerts': {
    access: 'incident:read',
    foreign: 404,
    request: async (w) => ({ params: { id: await w.group() } }),
  },
  'POST /api/v1/intake/grafana': {
    access: 'intake:write',
    foreign: 'open',
    request: () => ({ body: { version: '1', groupKey: 'g', alerts: [alert] } }),
  },
  'GET /api/v1/intake/rejected/:id': ofInput,
  'POST /api/v1/intake/rejected/:id/replay': {
    ...ofInput,
    request: async (w) => ({
      params: { id: await w.deadInput() },
      body: { body: JSON.stringify({ status: 'firing', title: 'T' }) },
    }),
  },
  'PATCH /api/v1/intake/sources/:id': {
    ...manageSource,
    request: async (w) => ({ params: { id: await w.source() }, body: { severityLabel: 'level' } }),
  },
  'POST /api/v1/intake/sources/:id/try': {
    ...manageSource,
    request: async (w) => ({ params: { id: await w.source() }, body: { body: { status: 'firing', title: 'T' } } }),
  },
  'GET /api/v1/intake/held': {
    access: 'incident:read',
    foreign: 'hidden',
    request: async (w) => listing(await w.heldAlert()),
  },
  'GET /api/v1/intake/dropped': {
    access: 'incident:read',
    foreign: 'hidden',
    request: async (w) => listing(await w.droppedAlert()),
  },
  'GET /api/v1/silences': {
    access: 'incident:read',
    foreign: 'hidden',
    request: async (w) => listing(await w.silence()),
  },
  'GET /api/v1/silences/:id': { ...ofSilence, access: 'incident:read' },
  'POST /api/v1/silences/:id/end': ofSilence,
  'POST /api/v1/silences': {
    access: 'alert:silence',
    foreign: 403,
    request: () => ({ body: { matchers: HOST, endsAt: '2099-01-01T00:00:00Z', comment: 'c', tenantId: 'own' } }),
  },
  'POST /api/v1/silences/preview': {
    access: 'alert:silence',
    foreign: 403,
    request: () => ({ body: { matchers: HOST, tenantId: 'own' } }),
  },
  'GET /api/v1/heartbeats': {
    ...ofHeartbeat,
    foreign: 'hidden',
    request: async (w) => listing((await w.heartbeat()).id),
  },
  'POST /api/v1/heartbeats': {
    access: 'intake:manage',
    foreign: 403,
    request: (w) => ({ body: { name: `h-${randomUUID()}`, service: w.service, interval: 'PT5M', tenantId: 'own' } }),
  },
  'PATCH /api/v1/heartbeats/:id': {
    ...ofHeartbeat,
    request: async (w) => ({ params: { id: (await w.heartbeat()).id }, body: { grace: 'PT2M' } }),
  },
  'POST /api/v1/heartbeats/:id/rotate': ofHeartbeat,
  'DELETE /api/v1/heartbeats/:id': ofHeartbeat,
  'POST /api/v1/intake/heartbeats/:key': beat,
  'GET /api/v1/intake/heartbeats/:key': beat,

  'POST /api/v1/incidents/batches': {
    access: ['incident:handle', 'incident:close'],
    foreign: 'open',
    request: async (w) => ({ body: { op: 'acknowledge', preview: true, filter: { q: await w.incident() } } }),
  },
  'GET /api/v1/batches': SIGNED_IN,
  'GET /api/v1/batches/:id': ownBatch,
  'GET /api/v1/batches/:id/items': ownBatch,
  'POST /api/v1/batches/:id/run': { ...ownBatch, wholeAccountOnly: true },
  'GET /api/v1/tasks': {
    ...readTask,
    foreign: 'hidden',
    request: async (w) => ({ ...listing(await w.task()), query: { for: 'all' } }),
  },
  'GET /api/v1/tasks/:id': readTask,
  'GET /api/v1/tasks/:id/log': readTask,
  'POST /api/v1/tasks/:id/claim': { ...workTask, request: task },
  'POST /api/v1/tasks/:id/check': {
    ...workTask,
    request: async (w) => ({ ...(await task(w)), body: { item: 'a', done: true } }),
  },
  'POST /api/v1/tasks/:id/log': {
    ...workTask,
    request: async (w) => ({ ...(await task(w)), body: { minutes: 1, text: 't' } }),
  },
  'POST /api/v1/tasks/:id/done': { ...workTask, request: async (w) => ({ ...(await task(w)), body: { result: 'r' } }) },
  'POST /api/v1/tasks/:id/assign': { ...workTask, request: async (w) => ({ ...(await task(w)), body: { team: 't' } }) },
  'POST /api/v1/tasks/batches': {
    ...workTask,
    foreign: 'hidden',
    request: async (w) => ({ body: { op: 'claim', ids: [await w.task()], preview: true } }),
  },
  'GET /api/v1/notices': { ...SIGNED_IN, foreign: 'hidden', request: async (w) => listing(await w.notice()) },
  'GET /api/v1/notices/:id': {
    ...SIGNED_IN,
    foreign: 404,
    request: async (w) => ({ params: { id: await w.notice() } }),
  },
  'POST /api/v1/notices': {
    access: 'notice:publish',
    foreign: 403,
    request: () => ({ body: { tenants: ['own'], kind: 'info', title: { en: 'T' } } }),
  },
  'PATCH /api/v1/notices/:id': changeNotice,
  'POST /api/v1/notices/:id/end': { ...changeNotice, request: async (w) => ({ params: { id: await w.notice() } }) },
  // Whoever asks gets his own: somebody else's are never in it (api/notification.server.test.ts, api/survey.server.test.ts).
  'GET /api/v1/notifications': SIGNED_IN,
  'GET /api/v1/notifications/unread': SIGNED_IN,
  'POST /api/v1/notifications/read': { ...SIGNED_IN, request: () => ({ body: { keys: ['k'] } }) },
  'GET /api/v1/surveys': SIGNED_IN,
  'GET /api/v1/surveys/:id': ownSurvey,
  'POST /api/v1/surveys/:id/answer': {
    ...ownSurvey,
    request: async (w, caller) => ({ params: { id: await w.surveyOf(caller) }, body: { score: 3 } }),
  },
  'GET /api/v1/surveys/results': { access: 'survey:read', foreign: 'open' },
  'GET /api/v1/me/work': { access: ['incident:read', 'incident:read-own', 'request:read-own'], foreign: 'open' },
  'GET /api/v1/runbooks': { access: 'incident:handle', foreign: 404, request: () => ({ query: { tenantId: 'own' } }) },
  'GET /api/v1/incidents/:id/runbooks': { access: 'incident:handle', foreign: 404, request: incident },
  'GET /api/v1/secrets': {
    ...manageSecret,
    foreign: 'hidden',
    request: async (w) => listing(await w.secret()),
  },
  'PUT /api/v1/secrets/:name': {
    ...manageSecret,
    request: () => ({ params: { name: 'x' }, query: { tenantId: 'own' }, body: { value: 'long enough' } }),
  },
  'DELETE /api/v1/secrets/:name': {
    ...manageSecret,
    request: async (w) => ({ params: { name: await w.secret() }, query: { tenantId: 'own' } }),
  },
  'GET /api/v1/absences': {
    access: 'people:read',
    foreign: 'hidden',
    request: async (w) => {
      const personId = await w.person();
      await w.absenceOf(personId);
      return { query: { personId } };
    },
  },
  'GET /api/v1/me/absences': SIGNED_IN,
  'POST /api/v1/me/absences': { ...SIGNED_IN, wholeAccountOnly: true, request: () => ({ body: absence }) },
  'DELETE /api/v1/me/absences/:absence': {
    ...SIGNED_IN,
    foreign: 404,
    wholeAccountOnly: true,
    request: async (w, caller) => ({ params: { absence: await w.absenceOf(caller.personId) } }),
  },
  'POST /api/v1/people/:id/absences': {
    ...managePerson,
    request: async (w) => ({ params: { id: await w.person() }, body: absence }),
  },
  'DELETE /api/v1/people/:id/absences/:absence': {
    ...managePerson,
    request: async (w) => {
      const id = await w.person();
      return { params: { id, absence: await w.absenceOf(id) } };
    },
  },
  'GET /api/v1/people/:id/skills': readPerson,
  'PUT /api/v1/people/:id/skills': {
    ...managePerson,
    request: async (w) => ({ params: { id: await w.person() }, body: { items: ['linux'] } }),
  },
  'GET /api/v1/people/:id/teams': readPerson,
  'PUT /api/v1/people/:id/teams': {
    ...managePerson,
    request: async (w) => ({ params: { id: await w.person() }, body: { items: [await w.team()] } }),
  },
  ...RESOURCE_SAMPLES,
  ...REQUEST_SAMPLES,
  'GET /openapi.json': PUBLIC,
};
