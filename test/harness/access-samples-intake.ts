import { randomUUID } from 'node:crypto';
import type { Samples } from './access-matrix';
import { listing, PUBLIC, type Sample } from './access-sample';
import type { AccessWorld } from './access-world';

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

const alert = { status: 'firing', labels: { alertname: 'Full' }, startsAt: '2027-01-01T00:00:00Z' };

/** On-call, alerts and mails that come in. */
export const INTAKE_SAMPLES: Samples<AccessWorld> = {
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
};
