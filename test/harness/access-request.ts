import { randomUUID } from 'node:crypto';
import { requestBodies } from '../../api/request-commands';
import { currentRequestPlan } from '../../db/definitions';
import { storeRequestPlan, writeRequestProjection } from '../../db/request';
import { contentHash, storeContent } from '../../db/request-content';
import { REQUEST_DOCUMENTS } from '../../domain/document';
import type { RequestOp } from '../../domain/request-command';
import { factsOf } from '../../domain/request-facts';
import { applyRequestInput } from '../../domain/request-input';
import { openRequest } from '../../domain/request-life';
import { requestProjectionOf } from '../../domain/request-view';
import type { AccessSample, Samples } from './access-matrix';
import { ciOf } from './access-resource';
import type { AccessWorld } from './access-world';
import { APPLICATION } from './request-team';

type Sample = AccessSample<AccessWorld>;

let last = 800_000;

const made = new WeakMap<AccessWorld, Promise<{ id: string; hash: string }>>();
const colleagues = new WeakMap<AccessWorld, Promise<string>>();
const applications = new WeakMap<AccessWorld, Promise<string>>();

/** The same for every cell: no engine is there that could change it. */
function shared<T>(kept: WeakMap<AccessWorld, Promise<T>>, w: AccessWorld, make: () => Promise<T>): Promise<T> {
  const known = kept.get(w) ?? make();
  kept.set(w, known);
  return known;
}
const requestOfOwn = (w: AccessWorld) => shared(made, w, () => newRequest(w));
const colleague = (w: AccessWorld) => shared(colleagues, w, () => w.colleague());

/** A request of tenant `own` as its workflow would have submitted it, full of the marker. */
async function newRequest(w: AccessWorld): Promise<{ id: string; hash: string }> {
  last += 1;
  const number = last;
  const id = `REQ-${number}`;
  const pinned = await currentRequestPlan(w.db, 'own', 'resource-application-new');
  if (!pinned) throw new Error('the application for resources is not shipped');
  const { plan, planId } = pinned;
  const data = {
    ...APPLICATION,
    introduction: { ...APPLICATION.introduction, summary: `${w.marker} ${randomUUID()}` },
  };
  const content = { form: plan.form, data, attachments: [] };
  const hash = contentHash(content);
  await storeContent(w.db, { ...content, tenantId: 'own', hash, by: w.marker, at: new Date().toISOString() });
  const opening = {
    ...{ id, number, tenantId: 'own', title: w.marker, requester: w.marker, beneficiary: w.marker },
    channel: 'portal' as const,
    person: { tenant: { id: 'own', securityLevel: 1 }, roles: [] },
    content: { hash, facts: factsOf(plan.facts, data) },
    plan,
    planId,
  };
  const now = Date.now();
  const s = openRequest(opening, now);
  applyRequestInput(s, { kind: 'opened', seq: 1, at: now, advancedAt: now });
  await storeRequestPlan(w.db, planId, plan);
  await writeRequestProjection(w.db, requestProjectionOf(s, []), []);
  return { id, hash };
}

const named = async (w: AccessWorld) => ({ params: { id: (await requestOfOwn(w)).id } });
const read: Sample = {
  access: ['request:read', 'request:read-own'],
  foreign: 404,
  ownOnly: 'request:read-own',
  request: named,
};
const inside: Sample = {
  access: ['request:read', 'request:handle'],
  foreign: 404,
  request: named,
};

/** Bodies that pass the schema of their command; what they name need not be there. */
const BODIES: Record<RequestOp, (hash: string, id: string) => object> = {
  vote: (shown) => ({ step: 'department', decision: 'approve', shown }),
  delegate: () => ({ step: 'department', to: 'nobody', reason: 'away' }),
  return: () => ({ step: 'department', comment: 'incomplete' }),
  resubmit: () => ({ data: APPLICATION }),
  edit: () => ({ data: APPLICATION, reason: 'more' }),
  ask: () => ({ question: 'why?' }),
  answer: () => ({ text: 'therefore' }),
  comment: () => ({ text: 'noted' }),
  'claim-task': (_, id) => ({ task: `${id}/x.1` }),
  'assign-task': (_, id) => ({ task: `${id}/x.1`, assignee: null, note: 'back' }),
  'check-item': (_, id) => ({ task: `${id}/x.1`, item: 'a', done: true }),
  'log-work': () => ({ minutes: 5, text: 'looked' }),
  'complete-task': (_, id) => ({ task: `${id}/x.1` }),
  'retry-step': () => ({ step: 'documents' }),
  'skip-step': () => ({ step: 'documents', reason: 'not needed' }),
  'enter-result': () => ({ step: 'documents', result: {}, reason: 'done by hand' }),
  suspend: () => ({ reason: 'wait', until: '2099-01-01T00:00:00Z' }),
  resume: () => ({}),
  withdraw: () => ({ reason: 'no longer needed' }),
  cancel: () => ({ reason: 'no longer needed' }),
};

/** Somebody and a form that the tenant knows have to be named for these to come as far as the engine. */
const PEOPLE: Partial<Record<RequestOp, (w: AccessWorld) => Promise<object>>> = {
  delegate: async (w) => ({ to: await colleague(w) }),
  resubmit: async (w) => ({ data: await contentFor(w) }),
  edit: async (w) => ({ data: await contentFor(w) }),
};

async function contentFor(w: AccessWorld) {
  const login = await colleague(w);
  const { basics, opening } = APPLICATION;
  const application = await shared(applications, w, () => ciOf(w, 'application-system'));
  return {
    ...APPLICATION,
    basics: { ...basics, application, contact: login },
    opening: { ...opening, account: login },
  };
}

const commands = Object.fromEntries(
  (Object.keys(requestBodies) as RequestOp[]).map((op): [string, Sample] => [
    `POST /api/v1/requests/:id/${op}`,
    {
      access: ['request:handle', 'request:read-own'],
      foreign: 404,
      ownOnly: 'request:read-own',
      async request(w) {
        const { id, hash } = await requestOfOwn(w);
        return { params: { id }, body: { ...BODIES[op](hash, id), ...(await PEOPLE[op]?.(w)) } };
      },
    },
  ]),
);

/** Requests, their parts and documents. */
export const REQUEST_SAMPLES: Samples<AccessWorld> = {
  'GET /api/v1/requests': {
    access: ['request:read', 'request:read-own'],
    foreign: 'hidden',
    ownOnly: 'request:read-own',
    request: async (w) => {
      await requestOfOwn(w);
      return {};
    },
  },
  'GET /api/v1/requests/:id': read,
  'GET /api/v1/requests/:id/timeline': read,
  'GET /api/v1/requests/:id/content': read,
  'GET /api/v1/requests/:id/clocks': read,
  'GET /api/v1/requests/:id/documents': read,
  'GET /api/v1/requests/:id/drawing': read,
  'GET /api/v1/requests/:id/pages': inside,
  'GET /api/v1/requests/:id/tasks': inside,
  'POST /api/v1/requests/:id/documents': {
    ...read,
    request: async (w) => ({ ...(await named(w)), body: { kind: REQUEST_DOCUMENTS[0], format: 'docx', locale: 'en' } }),
  },
  'POST /api/v1/requests/:id/trigger-dry-run': {
    access: 'definition:publish',
    foreign: 404,
    request: async (w) => ({ ...(await named(w)), body: { triggers: [] } }),
  },
  'POST /api/v1/requests': {
    access: 'request:create',
    foreign: 'open',
    request: () => ({
      body: { item: 'general-request', data: { text: 'I need a meeting room with a screen.' } },
    }),
  },
  ...commands,
};
