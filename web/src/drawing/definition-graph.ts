import type { Definition } from '../../../domain/process-def';
import type { EscalationDoc, MatrixDoc, SlaDoc } from '../../../domain/process-def-promise';
import type { RunbookDoc } from '../../../domain/process-def-runbook';
import type { ServiceDoc } from '../../../domain/process-def-service';
import type { SupplierDoc } from '../../../domain/process-def-supplier';
import type { CalendarDoc, ScheduleDoc } from '../../../domain/process-def-time';
import { SEVERITIES } from '../../../domain/sla';
import { alertGraph } from './alert-graph';
import { type Graph, GraphBuilder } from './graph';
import { definitionHref } from './href';
import { incidentGraph, linesGraph } from './incident-graph';
import {
  catalogueGraph,
  formGraph,
  itemGraph,
  provisionerGraph,
  requestProcessGraph,
  requestSlaGraph,
} from './request-graph';
import { actorOf, actorsOf, listed, perSeverityOf, said, spanOf, type Words } from './words';

/** A drawing of a definition, under what it shows. */
export interface Drawing {
  title: string;
  graph: Graph;
}

/** Everything that can be drawn of a definition. Pure: definition → nodes and edges. */
export function drawingsOf(def: Definition, w: Words): Drawing[] {
  const one = (graph: Graph): Drawing[] => [{ title: w.t(`drawing.of.${def.kind}`), graph }];
  switch (def.kind) {
    case 'process': {
      const lines = linesGraph(def, w);
      const states = one(incidentGraph(def, w));
      return lines === null ? states : [...states, { title: w.t('drawing.ofLines'), graph: lines }];
    }
    case 'escalation-policy':
      return one(escalationGraph(def, w));
    case 'service':
      return one(serviceGraph(def, w));
    case 'schedule':
      return one(scheduleGraph(def, w));
    case 'sla':
      return one(slaGraph(def, w));
    case 'priority-matrix':
      return one(matrixGraph(def, w));
    case 'alert-rules':
      return one(alertGraph(def, w));
    case 'runbook':
      return one(runbookGraph(def, w));
    case 'supplier':
      return one(supplierGraph(def, w));
    case 'calendar':
      return one(calendarGraph(def, w));
    case 'form':
      return one(formGraph(def, w));
    case 'request-process':
      return one(requestProcessGraph(def, w));
    case 'request-sla':
      return one(requestSlaGraph(def, w));
    case 'catalogue':
      return one(catalogueGraph(def, w));
    case 'catalogue-item':
      return one(itemGraph(def, w));
    case 'provisioner':
      return one(provisionerGraph(def, w));
  }
}

function escalationGraph(def: EscalationDoc, w: Words): Graph {
  const g = new GraphBuilder().node('start', 'start', w.t('drawing.opened'));
  let before = 'start';
  for (const { level, title, when, notify } of def.levels) {
    const id = `level-${level}`;
    const triggers = when.map((trigger) =>
      trigger.silence === undefined
        ? w.t('drawing.share', { share: trigger.used ?? '', clock: w.t(`clock.${trigger.clock}`) })
        : trigger.silence === 'PT0S'
          ? w.t('drawing.atOnce')
          : w.t('drawing.silence', { after: spanOf(w, trigger.silence) }),
    );
    g.node(id, 'step', w.t('drawing.level', { level, title: said(w, title) }), [
      w.t('drawing.notifies', { people: actorsOf(w, notify) }),
    ]);
    g.edge(before, id, triggers.join(w.language === 'en' ? ' or ' : '，或'), 'time');
    before = id;
  }
  g.edge(before, before, w.t('drawing.repeats', { after: spanOf(w, def.repeatEvery) }), 'time');
  g.node('fallback', 'people', w.t('drawing.fallback'), [actorsOf(w, def.fallback)]);
  for (const { level } of def.levels) g.edge(`level-${level}`, 'fallback', w.t('drawing.nobody'));
  return g.build();
}

function serviceGraph(def: ServiceDoc, w: Words): Graph {
  const { process, matrix, sla, escalation, timeRanges = [], suppliers = [] } = def.incident;
  const g = new GraphBuilder().node('service', 'start', said(w, def.title), [
    w.t('drawing.owner', { who: actorOf(w, def.owner) }),
    w.t('drawing.team', { team: def.team }),
  ]);
  const bind = (kind: string, name: string, label: string): string => {
    const id = `${kind}/${name}`;
    g.node(id, 'definition', name, [w.t(`drawing.kind.${kind}`)], { href: definitionHref(kind, name) });
    g.edge('service', id, label);
    return id;
  };
  bind('process', process, w.t('drawing.handledBy'));
  bind('priority-matrix', matrix, w.t('drawing.weighedBy'));
  bind('sla', sla, w.t('drawing.promises'));
  bind('escalation-policy', escalation, w.t('drawing.escalates'));
  for (const range of timeRanges)
    bind('escalation-policy', range.escalation, w.t('drawing.escalatesDuring', { calendar: range.calendar }));
  for (const name of suppliers) bind('supplier', name, w.t('drawing.supplied'));
  return g.build();
}

function scheduleGraph(def: ScheduleDoc, w: Words): Graph {
  const { participants, every, start } = def.rotation;
  const turn = w.t('drawing.handOver', { every: spanOf(w, every) });
  const g = new GraphBuilder().node('start', 'start', said(w, def.title), [
    w.t('drawing.firstTurn', { at: start.replace('T', ' '), zone: def.zone }),
  ]);
  if (typeof participants === 'string') {
    g.node('all', 'people', actorOf(w, participants), [w.t('drawing.byLogin')]);
    return g.edge('start', 'all').edge('all', 'all', turn, 'time').build();
  }
  for (const [i, login] of participants.entries()) {
    g.node(`turn-${i}`, 'people', login, [w.t('drawing.turn', { n: i + 1 })]);
    if (i > 0) g.edge(`turn-${i - 1}`, `turn-${i}`, turn, 'time');
  }
  return g
    .edge('start', 'turn-0')
    .edge(`turn-${participants.length - 1}`, 'turn-0', turn, 'time')
    .build();
}

function slaGraph(def: SlaDoc, w: Words): Graph {
  const g = new GraphBuilder().node('opened', 'start', w.t('drawing.opened'));
  const href = definitionHref('calendar', def.calendar);
  g.node('calendar', 'definition', def.calendar, [w.t('drawing.kind.calendar')], { href });
  for (const { name, title, goals, stopsAt, restartsAt, pausesFor } of def.clocks) {
    g.node(name, 'step', said(w, title), [
      w.t('drawing.goal', { goal: perSeverityOf(w, goals) }),
      pausesFor.length === 0 ? w.t('drawing.neverPauses') : w.t('drawing.pausesFor', { reasons: listed(w, pausesFor) }),
      restartsAt.length === 0 ? '' : w.t('drawing.restartsAt', { facts: facts(w, restartsAt) }),
    ]);
    g.edge('opened', name).edge('calendar', name, w.t('drawing.countsOn'));
    g.node(`${name}-stop`, 'end', w.t('drawing.kept'), [facts(w, stopsAt)]).edge(name, `${name}-stop`);
  }
  return g.build();
}

const facts = (w: Words, names: readonly string[]) =>
  listed(
    w,
    names.map((name) => w.t(`drawing.fact.${name}`)),
  );

function matrixGraph(def: MatrixDoc, w: Words): Graph {
  const g = new GraphBuilder();
  const levels = ['high', 'medium', 'low'] as const;
  for (const impact of levels) g.node(impact, 'start', w.t('drawing.impact', { level: w.t(`level.${impact}`) }));
  for (const severity of SEVERITIES) {
    const { label, meaning } = def.severities[severity];
    g.node(severity, 'end', `${severity} ${said(w, label)}`, [said(w, meaning)]);
  }
  for (const impact of levels)
    for (const urgency of levels)
      g.edge(impact, def.matrix[impact][urgency], w.t('drawing.urgency', { level: w.t(`level.${urgency}`) }));
  return g.build();
}

function runbookGraph(def: RunbookDoc, w: Words): Graph {
  const g = new GraphBuilder().node('runbook', 'start', said(w, def.title));
  for (const { name, title, http, approval, approvers, approvalLimit, limit, expect, automaticFor = [] } of def.steps) {
    const asked = automaticFor.length === 0 ? '' : w.t('drawing.automatic', { severities: automaticFor.join(', ') });
    const call = [
      `${http.method} ${http.url.replace(/^https?:\/\//, '')}`,
      w.t('drawing.answerWithin', { limit: spanOf(w, limit), expect }),
    ];
    g.node(name, 'step', said(w, title), [...call, asked]);
    if (!approval) {
      g.edge('runbook', name);
      continue;
    }
    const within = approvalLimit === undefined ? '' : w.t('drawing.approveWithin', { limit: spanOf(w, approvalLimit) });
    g.node(`${name}-approval`, 'decision', w.t('drawing.approval'), [actorOf(w, `role(${approvers ?? ''})`), within]);
    g.edge('runbook', `${name}-approval`).edge(`${name}-approval`, name, w.t('drawing.approved'), 'command');
  }
  return g.build();
}

function supplierGraph(def: SupplierDoc, w: Words): Graph {
  const { email = '', phone = '', portal = '' } = def.contact;
  return new GraphBuilder()
    .node('case', 'start', w.t('drawing.escalated'))
    .node('supplier', 'step', said(w, def.title), [
      listed(
        w,
        [email, phone, portal].filter((text) => text !== ''),
      ),
      w.t('drawing.limit', { limit: perSeverityOf(w, def.limit) }),
    ])
    .node('overdue', 'people', w.t('drawing.told'), [actorsOf(w, def.overdue)])
    .node('calendar', 'definition', def.calendar, [w.t('drawing.kind.calendar')], {
      href: definitionHref('calendar', def.calendar),
    })
    .edge('case', 'supplier')
    .edge('calendar', 'supplier', w.t('drawing.countsOn'))
    .edge('supplier', 'overdue', w.t('drawing.limitOver'), 'time')
    .build();
}

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** Days with the same hours stand together. */
function calendarGraph(def: CalendarDoc, w: Words): Graph {
  const g = new GraphBuilder().node('calendar', 'start', said(w, def.title), [def.zone]);
  const { week } = def;
  if (week === 'always') return g.node('always', 'step', w.t('drawing.always')).edge('calendar', 'always').build();
  for (const day of DAYS) {
    const hours = week[day].length === 0 ? w.t('drawing.closedDay') : listed(w, week[day]);
    const id = `hours-${hours}`;
    const alike = DAYS.filter((d) => week[d].join() === week[day].join()).map((d) => w.t(`drawing.day.${d}`));
    g.node(id, 'step', listed(w, alike), [hours]).edge('calendar', id);
  }
  const holidays = def.holidays.map(
    ({ from, to, title }) => `${from === to ? from : `${from} – ${to}`} ${said(w, title)}`,
  );
  if (holidays.length > 0) g.node('holidays', 'end', w.t('drawing.holidays'), holidays).edge('calendar', 'holidays');
  if (def.workingDays.length > 0)
    g.node('working', 'step', w.t('drawing.workingDays'), [listed(w, def.workingDays)]).edge('calendar', 'working');
  return g.build();
}
