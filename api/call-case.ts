import { requestHash } from '../db/idempotency';
import { incidentOf } from '../db/incident';
import { DomainError } from '../domain/errors';
import type { Person } from '../domain/person';
import { tenantsWith } from '../domain/principal';
import { lineOf } from './call-line';
import type { CallBody, OpenedResult } from './call-schema';
import { engineCall } from './engine-errors';
import { type IncidentOpenDeps, openIncidentCase } from './incident-open';
import type { Call } from './route';

type CallOf = Call<unknown, unknown, CallBody>;
type NotedResult = Extract<CallBody['result'], { outcome: 'noted' }>;

/** What a call has done to a case. */
interface CallEffect {
  caseId: string;
  tenantId: string;
}

/**
 * Writes what was said on a case, as a contact by telephone.
 * @param id of the call: makes the key of the note
 * @throws DomainError NotFound, InvalidTransition for a case that has ended
 */
export async function noteOnCase(
  { db, incidents }: IncidentOpenDeps,
  { principal, body }: CallOf,
  id: string,
  { caseId, visibility }: NotedResult,
): Promise<CallEffect> {
  const found = await incidentOf(db, tenantsWith(principal, 'incident:handle'), caseId);
  if (found === null) throw new DomainError('NotFound', `There is no incident ${caseId} that you may handle.`);
  const { state, tenantId } = found.view;
  if (state === 'closed' || state === 'cancelled')
    throw new DomainError('InvalidTransition', `${caseId} is ${state}: open a new case for this call.`);
  const note = { op: 'note', text: body.text, visibility, contact: 'phone' } as const;
  await engineCall(() => incidents.command(caseId, { ...note, actor: principal.login, key: `call:${id}` }));
  return { caseId, tenantId };
}

/**
 * Opens a case for whoever is on the telephone; an unknown caller's case is reported by the agent, and says who called.
 * @throws as `openIncidentCase`
 */
export async function openForCaller(
  deps: IncidentOpenDeps,
  { principal, body }: CallOf,
  { id, caller, result }: { id: string; caller: Person | null; result: OpenedResult },
): Promise<CallEffect> {
  const tenants = tenantsWith(principal, 'incident:create');
  const tenantId = caller?.tenantId ?? principal.tenantId;
  const opening = {
    title: result.title ?? lineOf(body.text),
    description: describe(body, caller),
    impact: result.impact,
    urgency: result.urgency,
    service: result.service ?? (await onlyService(deps, tenantId)),
    type: result.type,
    reporter: caller?.active ? caller.login : undefined,
    tenantId,
    channel: 'phone' as const,
  };
  const hash = requestHash('POST /api/v1/calls', opening);
  const request = { principal, tenants, body: opening, key: `call:${id}`, hash, path: 'body.result' };
  const { view } = await openIncidentCase(deps, request);
  return { caseId: view.id, tenantId: view.tenantId };
}

/** The words of the call, and whom to call back. */
function describe({ text, number, callerName }: CallBody, caller: Person | null): string {
  const who = [caller?.displayName ?? callerName, number].filter(Boolean).join(' · ');
  return who === '' ? text : `${text}\n\n☎ ${who}`;
}

async function onlyService({ serviceNames }: IncidentOpenDeps, tenantId: string): Promise<string> {
  const allowed = await serviceNames(tenantId);
  const [only, ...more] = allowed;
  if (only !== undefined && more.length === 0) return only;
  throw new DomainError('ValidationFailed', 'There are several services: one has to be chosen.', [
    { path: 'body.result.service', message: 'is needed', allowed },
  ]);
}
