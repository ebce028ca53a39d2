import type { Knex } from 'knex';
import type { z } from 'zod';
import { routeBody } from '../activities/convergence-route';
import { conventionFor } from '../activities/convergence-situation';
import { currentAlertRules } from '../db/alert-rules';
import { type TriedGroup, tryPush } from '../db/alert-try';
import { currentIncidentPlan } from '../db/definitions';
import { type IntakeSource, sourcesById } from '../db/intake-source';
import { type Priority, priorityOf } from '../domain/alert';
import { DomainError } from '../domain/errors';
import { inScope } from '../domain/principal';
import { checkBody, checkText } from './intake-check';
import { sourceParams } from './intake-schema';
import { intakeSourceFinder } from './intake-source-finder';
import { tryAnswer, tryBody } from './intake-try-schema';
import { type Route, route } from './route';

export interface IntakeTryDeps {
  db: Knex;
  now(): Date;
  /** Published services of a tenant. */
  serviceNames(tenantId: string): Promise<string[]>;
}

type Answer = z.infer<typeof tryAnswer>;
/** Severity of a priority in a service; null when it is not published. */
type SeverityOf = (service: string, priority: Priority) => Promise<Answer['groups'][number]['severity']>;

/** What would this open? */
export function intakeTryRoutes(deps: IntakeTryDeps): Route[] {
  const finder = intakeSourceFinder(deps);
  return [
    route({
      tag: 'intake',
      access: 'intake:manage',
      method: 'post',
      path: '/api/v1/intake/sources/:id/try',
      summary: 'What a push of this source would open; nothing is written',
      params: sourceParams,
      body: tryBody,
      limitBytes: 2 * 1024 * 1024,
      response: tryAnswer,
      errors: ['NotFound'],
      async handle({ tenants, params, body }) {
        const source = (await sourcesById(deps.db, [params.id])).get(params.id);
        if (!source || !inScope(tenants, source.tenantId))
          throw new DomainError('NotFound', `There is no intake source ${params.id} that you may see.`);
        const text = typeof body.body === 'string';
        const outcome = text
          ? await checkText(finder, source.kind, String(body.body), source.tenantId)
          : await checkBody(finder, source.kind, body.body, source.tenantId);
        if ('errors' in outcome) return { errors: outcome.errors, alerts: [], groups: [] };
        const value: unknown = text ? JSON.parse(String(body.body)) : body.body;
        return trial(deps, source, value, body.at === undefined ? deps.now().getTime() : Date.parse(body.at));
      },
    }),
  ];
}

async function trial(
  { db, serviceNames }: IntakeTryDeps,
  source: IntakeSource,
  body: unknown,
  at: number,
): Promise<Answer> {
  const { tenantId } = source;
  const services = new Set(await serviceNames(tenantId));
  const rules = await currentAlertRules(db, tenantId);
  const { groups, dropped } = routeBody(source.kind, body, { source, services, rules });
  const push = { tenantId, sourceId: source.id, receipt: { at, order: Number.MAX_SAFE_INTEGER }, groups, dropped };
  const tried = await tryPush(db, push, (trx) => conventionFor(trx, [tenantId], () => at));
  const severityOf: SeverityOf = async (service, { impact, urgency }) =>
    (await currentIncidentPlan(db, tenantId, service))?.plan.matrix[impact][urgency] ?? null;
  const gone = dropped.map(({ fingerprint, labels, rule }): Answer['alerts'][number] => ({
    ...{ fingerprint, status: 'firing', labels, service: null, impact: null, urgency: null, severity: null },
    ...{ fate: 'dropped', reason: { kind: 'filter', by: rule }, groupKey: null },
  }));
  const alerts = await Promise.all(tried.flatMap((group) => alertsOf(group, severityOf)));
  return {
    errors: [],
    alerts: [...alerts, ...gone],
    groups: await Promise.all(tried.map((g) => groupOf(g, severityOf))),
  };
}

function alertsOf({ converged, service }: TriedGroup, severityOf: SeverityOf): Promise<Answer['alerts'][number]>[] {
  const { group, alerts } = converged.fold;
  return alerts.map(async ({ fingerprint, state, content, hold, before }): Promise<Answer['alerts'][number]> => {
    const priority = priorityOf(content?.weight ?? before?.weight ?? 0);
    const over = state.status === 'resolved';
    return {
      fingerprint,
      status: state.status,
      labels: content?.labels ?? {},
      service: content?.service ?? service,
      ...priority,
      severity: await severityOf(content?.service ?? service, priority),
      fate: over ? 'over' : hold ? 'held' : 'counts',
      reason: hold && { kind: hold.reason, by: hold.by },
      groupKey: group.groupKey,
    };
  });
}

async function groupOf(tried: TriedGroup, severityOf: SeverityOf): Promise<Answer['groups'][number]> {
  const { converged, title, rule, service, impact, urgency, firing, held, existed } = tried;
  const { group, last } = converged.fold;
  const severity = firing > 0 ? await severityOf(service, { impact, urgency }) : null;
  return {
    ...{ groupKey: group.groupKey, rule, title, service, impact, urgency, severity, firing, held },
    timing: last.push.timing,
    existing: existed ? { groupId: String(group.id), incidentId: group.incidentId } : null,
    outcome: outcomeOf(tried),
  };
}

function outcomeOf({
  converged,
  firing,
  held,
  incidentState,
  hadIncident,
}: TriedGroup): Answer['groups'][number]['outcome'] {
  const { fold, update } = converged;
  if (firing === 0) return held > 0 ? 'held' : 'over';
  const { group } = fold;
  if (group.incidentId !== null) {
    if (update === null || update.version === group.version) return 'nothing';
    return incidentState === 'resolved' && group.firing === 0 ? 'reopens' : 'joins';
  }
  if (update === null || update.firedVersion <= update.seenVersion) return 'nothing';
  if (fold.last.push.timing.wait > 0) return 'waits';
  return hadIncident ? 'follows' : 'opens';
}
