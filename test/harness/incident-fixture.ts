import path from 'node:path';
import { loadDefinitions } from '../../activities/definitions';
import type { FaultReport } from '../../domain/fault-report';
import type { IncidentOpening, IncidentState } from '../../domain/incident';
import { checkCommand } from '../../domain/incident-check';
import { advance, applyCalendars } from '../../domain/incident-clockwork';
import type { IncidentCommand, IncidentOp } from '../../domain/incident-command';
import { openIncident } from '../../domain/incident-life';
import type { Impact, IncidentPlan, Urgency } from '../../domain/incident-plan';
import { applyCommand } from '../../domain/incident-rules';
import { compileIncidentPlan } from '../../domain/process-def-compile';
import type { Severity } from '../../domain/sla';

/** Impact and urgency that the shipped matrix turns into a severity. */
export const IMPACT_URGENCY: Record<Severity, { impact: Impact; urgency: Urgency }> = {
  I: { impact: 'high', urgency: 'high' },
  II: { impact: 'high', urgency: 'medium' },
  III: { impact: 'medium', urgency: 'medium' },
  IV: { impact: 'low', urgency: 'low' },
};
/** A complete fault report. */
export const FAULT_REPORT: FaultReport = {
  occurredAt: '2026-06-01T01:00:00Z',
  recoveredAt: '2026-06-01T02:00:00Z',
  place: 'machine room A',
  nature: 'hardware',
  cause: 'disk controller failed',
  scope: 'two applications',
  measures: 'controller replaced',
  recurrence: 'unlikely',
  responsibility: 'supplier',
  prevention: 'firmware updated on all nodes',
};
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** The plan compiled from the shipped definitions. */
export async function shippedPlan(): Promise<IncidentPlan> {
  const defs = await loadDefinitions(path.resolve(__dirname, '../../process-defs'));
  return compileIncidentPlan(defs, 'cloud-platform');
}

/** What opens a case of the shipped service. */
export function opening(plan: IncidentPlan, severity: Severity, more: Partial<IncidentOpening> = {}): IncidentOpening {
  return {
    id: 'INC-000001',
    number: 1,
    tenantId: 'default',
    title: 'Storage does not answer',
    description: '',
    ...IMPACT_URGENCY[severity],
    service: plan.service.id,
    reporter: 'reporter',
    source: 'portal',
    plan,
    planId: 'plan-1',
    ...more,
  };
}

const DAY = 24 * HOUR;
const daysFrom = (at: number) => Array.from({ length: 90 }, (_, i) => [at + i * DAY, at + (i + 1) * DAY] as const);

/** An opened case whose first moment has been dealt with. */
export function openedCase(plan: IncidentPlan, severity: Severity, at: number): IncidentState {
  const s = openIncident(opening(plan, severity), at);
  // Working hours that never end are good enough where a test is not about calendars.
  const calendarId = plan.autoClose.calendarId;
  applyCalendars(s, [
    { calendarId, version: 1, from: at, until: at + 90 * DAY, open: [[at, at + 90 * DAY]], days: daysFrom(at) },
  ]);
  advance(s, at);
  return s;
}

let keys = 0;
/** Checks and applies a command as the workflow does, then lets time catch up. */
export function act(s: IncidentState, op: IncidentOp, at: number, fields: object = {}): void {
  const c = { key: `k${keys++}`, actor: 'engineer', op, ...fields } as IncidentCommand;
  checkCommand(s, c, at);
  applyCommand(s, c, at);
  advance(s, at);
}

/** Kinds of the recorded events, in order. */
export const kinds = (s: IncidentState) => s.unconfirmed.events.map((e) => e.kind);
/** Page steps as `step` or `step (superseded)`. */
export const steps = (s: IncidentState) =>
  s.unconfirmed.steps.map((p) => p.step + (p.superseded ? ' (superseded)' : ''));
