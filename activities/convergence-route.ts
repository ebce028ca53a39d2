import type { ReceivedPush } from '../db/alert-convergence';
import {
  type AlertmanagerBody,
  type EventsBody,
  type GrafanaBody,
  type GroupPush,
  INTAKE_KINDS,
  type SourceRules,
} from '../domain/alert';
import { normaliseAlertmanager, normaliseEvents } from '../domain/alert-normalise';
import { type RouteContext, routePush } from '../domain/alert-route';
import { sourceUnder } from '../domain/alert-rules';

/**
 * The groups and drops of an accepted body; the API has checked it before, see `api/intake-schema.ts`.
 * @throws Error for a kind that nobody knows
 */
export function routeBody(
  kind: string,
  body: unknown,
  context: RouteContext,
): Pick<ReceivedPush, 'groups' | 'dropped'> & { alerts: number } {
  const source = sourceUnder(context.source, context.rules);
  const routed = pushesOf(kind, body, source, context.services).map((push) => routePush(push, { ...context, source }));
  return {
    groups: routed.flatMap(({ groups }) => groups),
    dropped: routed.flatMap(({ dropped }) => dropped),
    alerts: routed.reduce((sum, { groups }) => sum + groups.reduce((n, group) => n + group.alerts.length, 0), 0),
  };
}

function pushesOf(kind: string, body: unknown, source: SourceRules, services: ReadonlySet<string>): GroupPush[] {
  if (kind === 'alertmanager' || kind === 'grafana')
    return [normaliseAlertmanager(body as AlertmanagerBody | GrafanaBody, source, services)];
  if (kind === 'events' || kind === 'heartbeat') return normaliseEvents(body as EventsBody, source, services);
  throw new Error(`unknown kind "${kind}"; known: ${INTAKE_KINDS.join(', ')}`);
}
