import { DateTime } from 'luxon';
import { fillPhrase } from '../adapters/notification/template';
import type { DocumentContent, DocumentLocale, DocumentTable } from '../domain/document';
import { FAULT_FACTS, type FaultReport, NATURE_LABELS, RECURRENCE_LABELS } from '../domain/fault-report';
import type { IncidentView } from '../domain/incident-projection';
import type { Titles } from './paging-texts';

/** Phrases of a language by dotted name. */
export type Phrases = Readonly<Record<string, string>>;

/** An event as the time line has it; `at` ISO 8601. */
export interface ReportEvent {
  kind: string;
  at: string;
  actor: string;
  body: Record<string, unknown>;
}

/** All that stands in the document of a submitted report. */
export interface ReportCase {
  view: IncidentView;
  report: FaultReport;
  submittedAt: string;
  submittedBy: string;
  /** Oldest first; kinds without a phrase are left out. */
  events: readonly ReportEvent[];
  titles: Titles;
  /** Names of people by login; a login without one stands for itself. */
  names: ReadonlyMap<string, string>;
  locale: DocumentLocale;
  /** IANA zone of every instant. */
  zone: string;
  /** When it is made, ISO 8601. */
  now: string;
}

/** Writes the document: case, nine facts, time limits, course of events, signatures. */
export function faultReportContent(c: ReportCase, phrases: Phrases): DocumentContent {
  const say = sayer(c.locale, c.zone, phrases);
  const { view, locale } = c;
  const title = say.phrase('title');
  return {
    locale,
    fileName: `${view.id}-${title.replaceAll(' ', '-').toLowerCase()}`,
    title,
    subject: `${view.id} ${view.title}`,
    parts: [
      { heading: say.phrase('heading.facts'), rows: factsOf(c, say), long: false, tables: [] },
      { heading: say.phrase('heading.report'), rows: nineFacts(c, say), long: true, tables: [] },
      { heading: say.phrase('heading.clocks'), rows: [], long: false, tables: [clocksOf(c, say)] },
      { heading: say.phrase('heading.timeline'), rows: [], long: false, tables: [timelineOf(c, say)] },
    ],
    signatures: {
      heading: say.phrase('heading.signatures'),
      rows: ['author', 'reviewer', 'approver', 'customer'].map((who) => ({
        role: say.phrase(`sign.${who}`),
        name: say.phrase('sign.name'),
        date: say.phrase('sign.date'),
      })),
    },
    footer: say.phrase('footer', { id: view.id, at: say.instant(c.now), zone: c.zone, version: view.version }),
  };
}

/** Writes phrases, instants and durations in one language and zone. */
export function sayer(locale: DocumentLocale, zone: string, phrases: Phrases) {
  const phrase = (name: string, model: object = {}): string => {
    const text = phrases[name];
    if (text === undefined) throw new Error(`there is no phrase ${name} in ${locale}`);
    return fillPhrase(text, model);
  };
  const format = locale === 'en' ? 'd LLL yyyy HH:mm:ss' : 'yyyy年M月d日 HH:mm:ss';
  return {
    phrase,
    has: (name: string) => phrases[name] !== undefined,
    instant: (at: string) => DateTime.fromISO(at, { zone }).setLocale(locale).toFormat(format),
    orNone: (at: string | null) =>
      at === null ? phrase('none') : DateTime.fromISO(at, { zone }).setLocale(locale).toFormat(format),
    /** Seconds, the two largest units. */
    duration(seconds: number): string {
      const units = [
        ['days', 86_400],
        ['hours', 3_600],
        ['minutes', 60],
        ['seconds', 1],
      ] as const;
      let rest = Math.max(0, Math.round(seconds));
      const parts = units.flatMap(([unit, size]) => {
        const n = Math.floor(rest / size);
        rest -= n * size;
        return n > 0 ? [phrase(`duration.${unit}`, { n })] : [];
      });
      return parts.slice(0, 2).join(' ') || phrase('duration.seconds', { n: 0 });
    },
  };
}
export type Sayer = ReturnType<typeof sayer>;

/** Who did something, as a reader knows him. */
function person({ names }: ReportCase, actor: string | null, say: Sayer): string {
  if (actor === null) return say.phrase('none');
  if (actor === 'system') return say.phrase('system');
  if (actor.startsWith('source:')) return say.phrase('source', { name: actor.slice('source:'.length) });
  return names.get(actor) ?? actor;
}

function factsOf(c: ReportCase, say: Sayer) {
  const { view: v, titles } = c;
  const level = { level: v.severity, label: titles.severity(v.service, v.severity) };
  const handler =
    v.assignee === null ? v.team : say.phrase('handler', { person: person(c, v.assignee, say), team: v.team });
  const submitted = { at: say.instant(c.submittedAt), person: person(c, c.submittedBy, say) };
  const rows: [string, string][] = [
    ['id', v.id],
    ['title', v.title],
    ['service', titles.service(v.service)],
    ['severity', say.phrase('severity', level)],
    ['state', say.phrase(`state.${v.state}`)],
    ['reporter', person(c, v.reporter, say)],
    ['handler', handler],
    ['created', say.instant(v.createdAt)],
    ['acknowledged', say.orNone(v.acknowledgedAt)],
    ['resolved', say.orNone(v.resolvedAt)],
    ['submitted', say.phrase('submitted', submitted)],
  ];
  return rows.map(([name, text]) => ({ label: say.phrase(`fact.${name}`), text }));
}

function nineFacts({ report, locale }: ReportCase, say: Sayer) {
  return FAULT_FACTS.map(({ key, label }) => {
    const said = (): string => {
      if (key === 'time') return timeOf(report, say);
      if (key === 'nature') return NATURE_LABELS[report.nature][locale];
      if (key === 'recurrence') return RECURRENCE_LABELS[report.recurrence][locale];
      return report[key] ?? '';
    };
    return { label: label[locale], text: said() };
  });
}

function timeOf({ occurredAt, recoveredAt }: FaultReport, say: Sayer): string {
  const from = say.instant(occurredAt);
  if (recoveredAt === null) return say.phrase('time.open', { from });
  const seconds = (Date.parse(recoveredAt) - Date.parse(occurredAt)) / 1000;
  return say.phrase('time', { from, to: say.instant(recoveredAt), duration: say.duration(seconds) });
}

function clocksOf({ view, titles }: ReportCase, say: Sayer): DocumentTable {
  const rows = view.clocks.map((clock) => [
    titles.clock(view.service, clock.name),
    say.duration(clock.goalSeconds),
    say.duration(clock.elapsedSeconds),
    say.orNone(clock.stoppedAt),
    say.phrase(`clock.${clock.state}`, { late: say.duration(clock.elapsedSeconds - clock.goalSeconds) }),
  ]);
  const columns = ['clock', 'goal', 'elapsed', 'done', 'result'].map((name) => say.phrase(`column.${name}`));
  return { heading: say.phrase('heading.clocks'), columns, rows, widths: [20, 15, 18, 27, 20] };
}

function timelineOf(c: ReportCase, say: Sayer): DocumentTable {
  const rows = c.events.flatMap((event) => {
    const name = `event.${event.kind}`;
    if (!say.has(name)) return [];
    return [[say.instant(event.at), say.phrase(name, wordsOf(c, event, say)), person(c, event.actor, say)]];
  });
  const columns = ['at', 'event', 'who'].map((name) => say.phrase(`column.${name}`));
  return { heading: say.phrase('heading.timeline'), columns, rows, widths: [29, 51, 20] };
}

/** Values of an event's phrase: as the body has them, but instants, people and names as a reader knows them. */
function wordsOf(c: ReportCase, { kind, body }: ReportEvent, say: Sayer): Record<string, unknown> {
  const words: Record<string, unknown> = { ...body };
  if (typeof body.until === 'string') words.until = say.instant(body.until);
  if (typeof body.clock === 'string') words.clock = c.titles.clock(c.view.service, body.clock);
  if (kind === 'assigned_by_rule') words.to = person(c, text(body.assignee), say);
  if (kind === 'assigned') words.to = ownerOf(c, body.to, say);
  if (kind === 'transferred') {
    words.from = field(body.from, 'line');
    words.to = field(body.to, 'line');
  }
  return words;
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

function ownerOf(c: ReportCase, to: unknown, say: Sayer): string {
  const assignee = text(field(to, 'assignee'));
  return assignee === null ? (text(field(to, 'team')) ?? say.phrase('none')) : person(c, assignee, say);
}
