import type { Samples } from './access-matrix';
import { listing, type Sample, SIGNED_IN } from './access-sample';
import type { AccessWorld } from './access-world';

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

/** Tasks, batches, notices, surveys. */
export const WORK_SAMPLES: Samples<AccessWorld> = {
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
};
