import { randomUUID } from 'node:crypto';
import { permissionOf } from '../../api/incident-command';
import { commandBodies } from '../../api/incident-commands';
import { OWN_COMMANDS } from '../../api/incident-view';
import { insertSavedView } from '../../db/saved-view';
import type { IncidentOp } from '../../domain/incident-command';
import type { Caller, Samples } from './access-matrix';
import { listing, type Sample, SIGNED_IN } from './access-sample';
import type { AccessWorld } from './access-world';
import { COMMAND_BODIES } from './command-bodies';

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

/** Drafts are of whoever calls: of another's of the same key he learns nothing, and writes his own. */
const draft: Sample = {
  ...SIGNED_IN,
  foreign: 404,
  request: async (w, caller) => ({ params: { key: await w.draftOf(caller) } }),
};

/** A view the caller keeps for himself: nobody else's is there for him. */
async function ownView({ db }: AccessWorld, caller: Caller): Promise<string> {
  const [id, at] = [randomUUID(), new Date().toISOString()];
  const view = { id, tenantId: caller.tenantId, owner: caller.login, name: id, filter: {}, columns: null };
  await insertSavedView(db, { ...view, at, by: caller.login });
  return id;
}

/** What commands name beside themselves has to be there. */
const NAMED: Partial<Record<IncidentOp, (w: AccessWorld) => Promise<object>>> = {
  assign: async (w) => ({ assignee: await w.colleague() }),
  merge: async (w) => ({ into: await w.incident() }),
  'set-parent': async (w) => ({ parent: await w.incident() }),
  link: async (w) => ({ target: await w.incident() }),
  'raise-major': async (w) => ({ commander: await w.colleague(), communications: await w.colleague() }),
};

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

/** Incidents and what belongs to them. */
export const INCIDENT_SAMPLES: Samples<AccessWorld> = {
  ...commands,
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
};
