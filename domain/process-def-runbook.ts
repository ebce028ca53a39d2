import { z } from 'zod';
import { parseWallSeconds } from './duration';
import type { RunbookPlan } from './incident-plan';
import { bilingual, header, severity, slug, wallDuration } from './process-def-common';

/** `200`, `200-299`. */
const statusRange = z
  .string()
  .regex(/^[1-5]\d{2}(-[1-5]\d{2})?$/, 'write an HTTP status or a range of them: 200 or 200-299')
  .meta({ description: 'HTTP status, or range of them, that means success: 200-299' });

const headerName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'not the name of an HTTP header');

const http = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  url: z
    .string()
    .regex(
      /^https?:\/\/[^\s/{}?#@]+([/?][^\s#]*)?$/,
      'write http(s)://host/…; scheme, host and port are fixed, no placeholder',
    )
    .meta({ description: 'Placeholders such as {{case.id}} only behind the host; they are URL-encoded' }),
  headers: z.record(headerName, z.string()).optional(),
  body: z
    .unknown()
    .optional()
    .meta({ description: 'Sent as JSON; placeholders within its texts are filled and stay within them' }),
});

const step = z.strictObject({
  name: slug,
  title: bilingual,
  description: bilingual.optional(),
  http,
  approval: z.boolean().meta({ description: 'Somebody else than who asks for it has to approve each run' }),
  approvers: slug.optional().meta({ description: 'With approval: the role whose holders approve' }),
  approvalLimit: wallDuration
    .optional()
    .meta({ description: 'With approval: without a decision the run is over after this time' }),
  limit: wallDuration.meta({ description: 'Time for the whole answer, at most PT2M' }),
  expect: statusRange,
  result: z
    .string()
    .regex(/^(\/([^~/]|~[01])*)*$/, 'write a JSON pointer (RFC 6901) such as /status')
    .optional()
    .meta({
      description: 'JSON pointer to the part of the answer that goes on the timeline; the whole answer if absent',
    }),
  automaticFor: z
    .array(severity)
    .optional()
    .meta({ description: 'Severities at which the case asks for it by itself when it opens' }),
});

const caseValues = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    severity: z.string(),
    state: z.string(),
    service: z.string(),
    team: z.string(),
    tenantId: z.string(),
    url: z.string(),
  })
  .partial();

const runbookTest = z
  .strictObject({
    step: slug,
    case: caseValues
      .optional()
      .meta({ description: 'Values of the placeholders; secrets are filled with their names' }),
    sends: z
      .strictObject({ url: z.string(), headers: z.record(headerName, z.string()), body: z.unknown() })
      .partial()
      .optional(),
    answered: z.strictObject({ status: z.number().int(), body: z.unknown().optional() }).optional(),
    succeeds: z.boolean().optional(),
    result: z.string().optional().meta({ description: 'What goes on the timeline' }),
  })
  .refine(
    (t) => t.sends !== undefined || t.answered !== undefined,
    'a runbook test has sends, or answered and succeeds',
  )
  .refine(
    (t) => (t.answered === undefined) === (t.succeeds === undefined),
    'answered and succeeds go together: what comes back, and whether that is success',
  );

/** Steps that a case may have carried out over HTTP, by itself or at a handler's word (R5.3). */
export const runbookSchema = z.strictObject({
  ...header('runbook', runbookTest),
  services: z.array(slug).optional().meta({ description: 'Services whose cases may use it; all if absent' }),
  steps: z.array(step).min(1, 'a runbook has at least one step'),
});
export type RunbookDoc = z.infer<typeof runbookSchema>;
export type RunbookStepDoc = RunbookDoc['steps'][number];

/**
 * What a case keeps of the runbooks it may use; what they call stays in the definition of that version.
 * @param idOf version of a definition: `runbook/diagnostics@3`
 */
export function compileRunbooks(
  docs: readonly RunbookDoc[],
  service: string,
  idOf: (doc: RunbookDoc) => string,
): RunbookPlan[] {
  return docs
    .filter((doc) => doc.services === undefined || doc.services.includes(service))
    .map((doc) => ({
      name: doc.name,
      id: idOf(doc),
      steps: doc.steps.map((s) => ({
        name: s.name,
        approval: s.approval,
        approvers: s.approvers ?? '',
        approvalSeconds: s.approvalLimit === undefined ? 0 : parseWallSeconds(s.approvalLimit),
        limitSeconds: parseWallSeconds(s.limit),
        automaticFor: s.automaticFor ?? [],
      })),
    }));
}
