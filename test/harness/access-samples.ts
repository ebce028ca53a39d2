import type { Samples } from './access-matrix';
import { REQUEST_SAMPLES } from './access-request';
import { RESOURCE_SAMPLES } from './access-resource';
import { PUBLIC, type Sample } from './access-sample';
import { DEFINITION_SAMPLES } from './access-samples-definition';
import { INCIDENT_SAMPLES } from './access-samples-incident';
import { INTAKE_SAMPLES } from './access-samples-intake';
import { PEOPLE_SAMPLES } from './access-samples-people';
import { WORK_SAMPLES } from './access-samples-work';
import type { AccessWorld } from './access-world';

/** Whoever has the link is whom it was sent to. */
const byLink = (body?: object): Sample => ({
  ...PUBLIC,
  request: async (w) => ({ params: await w.approvalLink(), body }),
});

/** Every route of the registry; the test fails while one is missing. */
export const ACCESS_SAMPLES: Samples<AccessWorld> = {
  ...PEOPLE_SAMPLES,
  ...INCIDENT_SAMPLES,
  ...DEFINITION_SAMPLES,
  ...INTAKE_SAMPLES,
  ...WORK_SAMPLES,
  // Whoever asks gets what he is asked: somebody else's votes are never in it (api/approval.server.test.ts).
  'GET /api/v1/approvals': { access: ['request:read', 'request:read-own'], foreign: 'open' },
  'GET /api/v1/approval-links/:token': byLink(),
  'GET /api/v1/approval-links/:token/attachments/:id': byLink(),
  'POST /api/v1/approval-links/:token': byLink({ decision: 'approve' }),
  'GET /healthz': PUBLIC,
  'GET /readyz': PUBLIC,
  'GET /metrics': PUBLIC,
  ...RESOURCE_SAMPLES,
  ...REQUEST_SAMPLES,
  'GET /openapi.json': PUBLIC,
};
