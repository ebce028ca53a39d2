import type { Knex } from 'knex';
import { z } from 'zod';
import { fillPhrase, loadPhrases, templatesDir } from '../adapters/notification/template';
import { alertsOf } from '../db/alert';
import { currentDefinitions } from '../db/definitions';
import { readerOf, reportAmong, type StoredEvent, storyOf } from '../db/fault-report';
import { incidentOf } from '../db/incident';
import { DOCUMENT_LOCALES, type DocumentLocale } from '../domain/document';
import { DomainError } from '../domain/errors';
import { draftReport, type ReportWords } from '../domain/fault-report-draft';
import type { IncidentView } from '../domain/incident-projection';
import type { TenantScope } from '../domain/principal';
import { type Definition, ofKind } from '../domain/process-def';
import { faultReportAnswer } from './fault-report-schema';
import { incidentParams } from './incident-schema';
import { type Route, route } from './route';

const query = z.strictObject({
  locale: z.enum(DOCUMENT_LOCALES).optional().meta({ description: "language of a draft's words; yours if absent" }),
});
/** Alerts that a draft names; their number stands in it beside. */
const NAMED = 100;

/** `GET /api/v1/incidents/:id/report`: the fault report of R3.6, or what the case knows of it. */
export function faultReportRoute({ db }: { db: Knex }): Route {
  return route({
    method: 'get',
    path: '/api/v1/incidents/:id/report',
    tag: 'incident',
    summary: 'The fault report: as submitted, or a draft made from the case',
    // Not for a reporter: a draft is made of internal notes.
    access: 'incident:read',
    params: incidentParams,
    query,
    response: faultReportAnswer,
    async handle({ tenants, principal, params, query: { locale } }) {
      const view = await caseFor(db, tenants, params.id);
      const [definitions, events] = await Promise.all([currentDefinitions(db, view.tenantId), storyOf(db, view.id)]);
      const { submittedAt: at, by, seq } = view.report ?? { submittedAt: '', by: '', seq: 0 };
      const submitted = view.report && reportAmong(events, seq);
      const reader = await readerOf(db, principal.personId);
      return {
        caseId: view.id,
        submitted: submitted && { at, by, seq },
        required: view.reportRequired,
        report: submitted ?? (await draft(db, view, events, definitions, { ...reader, ...(locale && { locale }) })),
        clocks: clocksOf(view, definitions),
      };
    },
  });
}

/** @throws DomainError NotFound */
export async function caseFor(db: Knex, tenants: TenantScope, id: string): Promise<IncidentView> {
  const found = await incidentOf(db, tenants, id);
  if (found) return found.view;
  throw new DomainError('NotFound', `There is no incident ${id} that you may see.`);
}

async function draft(
  db: Knex,
  view: IncidentView,
  events: readonly StoredEvent[],
  definitions: readonly Definition[],
  { locale, zone }: { locale: DocumentLocale; zone: string },
) {
  const alerts = await alertsOf(db, [view.tenantId], view.id, { limit: NAMED, after: null });
  const service = ofKind(definitions, 'service').find((s) => s.name === view.service);
  const matrix = ofKind(definitions, 'priority-matrix').find((m) => m.name === service?.incident.matrix);
  const label = matrix?.severities[view.severity].label[locale];
  return draftReport(
    {
      view,
      events,
      alerts: alerts.items,
      alertsTotal: view.alerts?.total ?? alerts.items.length,
      otherCases: view.children.length + view.merged.length,
      titles: {
        service: service?.title[locale] ?? view.service,
        severity: label === undefined ? view.severity : `${view.severity} ${label}`,
      },
    },
    words(locale, zone),
  );
}

function words(locale: DocumentLocale, zone: string): ReportWords {
  const phrases = loadPhrases(templatesDir(), 'fault-report', locale);
  const phrase = (name: string, model: object) => fillPhrase(phrases[name] ?? '', model);
  const two = '2-digit' as const;
  const format = new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    month: two,
    day: two,
    hour: two,
    minute: two,
    hourCycle: 'h23',
  });
  return {
    scope: (facts) => phrase('draft.scope', facts),
    responsibility: (facts) => phrase('draft.responsibility', facts),
    time: (at) => format.format(new Date(at)),
  };
}

function clocksOf(view: IncidentView, definitions: readonly Definition[]) {
  const service = ofKind(definitions, 'service').find((s) => s.name === view.service);
  const sla = ofKind(definitions, 'sla').find((s) => s.name === service?.incident.sla);
  return view.clocks.map(({ name, state, goalSeconds, elapsedSeconds, dueAt, stoppedAt, breachedAt }) => {
    const title = sla?.clocks.find((c) => c.name === name)?.title ?? { 'zh-CN': name, en: name };
    return { name, title, state, goalSeconds, elapsedSeconds, dueAt, stoppedAt, breachedAt };
  });
}
