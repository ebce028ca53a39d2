import { fillPhrase, loadPhrases, loadTemplate, type Template } from '../adapters/notification/template';
import type { Recipient } from '../db/contact';
import { type DuePage, worstOf } from '../db/page-send';
import { isEscalation, stepKind } from '../domain/page-step';
import type { Definition } from '../domain/process-def';
import { SEVERITIES, type Severity } from '../domain/sla';
import { requestItem } from './paging-request';
import { LOCALES, type Locale, localeOf, minuteIn, type Titles, titlesOf, zoneOf } from './paging-texts';

/** Templates and phrases in every language. */
export type PageTemplates = Record<
  Locale,
  { page: Template; request: Template; digest: Template; phrases: Record<string, string> }
>;

/** @param dir `templates/` @throws Error when one is missing */
export function loadPageTemplates(dir: string): PageTemplates {
  const entries = LOCALES.map((locale) => [
    locale,
    {
      page: loadTemplate(dir, 'page', locale),
      request: loadTemplate(dir, 'page-request', locale),
      digest: loadTemplate(dir, 'page-digest', locale),
      phrases: loadPhrases(dir, 'page', locale),
    },
  ]);
  return Object.fromEntries(entries);
}

/**
 * The pages a message is about: of the escalation of one case only the newest visit's highest level, and beside it the notices,
 * each of which is a duty of its own: the report to the leader (R3.2), a mention, the call for the assessor … What is left
 * out is superseded. Of a request each step is a duty; asking again for the same replaces the asking before.
 */
export function currentPages(due: readonly DuePage[]): DuePage[] {
  const best = new Map<string, DuePage>();
  for (const page of due) {
    const duty = `${page.caseId} ${page.request ? requestDuty(page.step) : dutyOf(page.step)}`;
    const held = best.get(duty);
    if (held === undefined || compare(page, held) > 0) best.set(duty, page);
  }
  return [...best.values()];
}

/** Steps of the escalation replace each other, and so do calls for the assessor; every mention stands by itself. */
function dutyOf(step: string): string {
  const kind = stepKind(step);
  if (kind === null || isEscalation(step)) return 'level';
  return kind === 'leader' || kind === 'assessor' ? kind : (step.split('/')[0] ?? step);
}
/** A repeat of what is asked (`vote-manager.2`) says what the first one said; every piece of news stands by itself. */
function requestDuty(step: string): string {
  const [base = step] = step.split('/');
  const kind = stepKind(step);
  return kind === 'mention' || kind === 'notice' || kind === 'answer' ? base : base.replace(/\.\d+$/, '');
}

const compare = (a: DuePage, b: DuePage) =>
  a.visit - b.visit ||
  a.level - b.level ||
  Date.parse(a.plannedAt) - Date.parse(b.plannedAt) ||
  (a.key < b.key ? -1 : 1);

/** A case in a message. */
export interface CaseItem {
  id: string;
  title: string;
  /** Null for requests. */
  severity: Severity | null;
  severityLabel: string;
  service: string;
  state: string;
  step: string;
  why: string[];
  due: { clock: string; at: string; overdue: boolean }[];
  url: string;
  /** Of a request: who asks, what is asked or said, and the one-time link to decide. */
  requester: string | null;
  about: string[];
  decide: string | null;
}

export interface PageMessage {
  recipient: Recipient;
  /** As chosen by `currentPages`. */
  pages: readonly DuePage[];
  /** Other open cases he was told of before. */
  stillOpen: number;
  publicUrl: string;
  /** Definitions in force for a tenant: they give names their titles. */
  definitions: ReadonlyMap<string, readonly Definition[]>;
  /** One-time links by key of page, for those that ask for a vote. */
  links: ReadonlyMap<string, string>;
}

/** Content of a message: about one case, or a digest of several, newest first. */
export function writeMessage(templates: PageTemplates, message: PageMessage) {
  const locale = localeOf(message.recipient.locale);
  const { page, request, digest, phrases } = templates[locale];
  const items = itemsOf(message, locale, phrases);
  const [first] = items;
  if (first === undefined) throw new Error('a message needs at least one page');
  const severities = items.flatMap((i) => (i.severity === null ? [] : [i.severity]));
  const worst = severities.length > 0 ? worstOf(severities) : null;
  const label = (severity: Severity) => items.find((i) => i.severity === severity)?.severityLabel ?? '';
  const counts = SEVERITIES.flatMap((severity) => {
    const count = items.filter((i) => i.severity === severity).length;
    return count > 0 ? [{ severity, severityLabel: label(severity), count }] : [];
  });
  const shared = { zone: zoneOf(message.recipient.zone), stillOpen: message.stillOpen };
  const requests = items.length - severities.length;
  const url = `${message.publicUrl}/${requests > 0 ? 'work' : 'incidents'}`;
  const model = { ...shared, count: items.length, counts, requests, pages: items, url };
  const parts =
    items.length === 1
      ? (first.severity === null ? request : page).render({ ...shared, page: first })
      : digest.render({ ...model, worst: worst && { severity: worst, severityLabel: label(worst) } });
  return { ...parts, urgent: worst === 'I' || worst === 'II', caseIds: items.map((i) => i.id), data: model };
}

function itemsOf(message: PageMessage, locale: Locale, phrases: Record<string, string>): CaseItem[] {
  const byCase = new Map<string, DuePage[]>();
  for (const page of message.pages.toSorted((a, b) => -compare(a, b)))
    byCase.set(page.caseId, [...(byCase.get(page.caseId) ?? []), page]);
  const newest = (pages: DuePage[]) => Math.max(...pages.map((p) => Date.parse(p.plannedAt)));
  return [...byCase.values()]
    .sort((a, b) => newest(b) - newest(a))
    .flatMap((pages) => itemOf(pages, message, locale, phrases));
}

function itemOf(pages: DuePage[], message: PageMessage, locale: Locale, phrases: Record<string, string>): CaseItem[] {
  const [page] = pages;
  if (page === undefined) return [];
  const titles = titlesOf(message.definitions.get(page.tenantId) ?? [], locale);
  if (page.request !== null) return [requestItem(pages, page.request, { message, titles, phrases, locale })];
  const { incident } = page;
  const say = (phrase: string, model: object = {}) => fillPhrase(phrases[phrase] ?? '', model);
  const service = incident?.service ?? '';
  const severity = incident?.severity ?? page.severity;
  const why = pages.flatMap((p) => [
    ...(p.fallback ? [say('why.fallback')] : []),
    ...p.why.map((w) => say(`why.${w.kind}`, { name: titles.target(w) })),
  ]);
  return [
    {
      id: page.caseId,
      title: incident?.title ?? '',
      severity,
      severityLabel: titles.severity(service, severity),
      service: titles.service(service),
      state: incident ? say(`state.${incident.state}`) : '',
      step: pages.map((p) => say(`step.${stepKind(p.step) ?? 'other'}`, { level: p.level })).join(' · '),
      why: [...new Set(why)],
      due: dueOf(page, message.recipient, titles),
      url: `${message.publicUrl}/incidents/${page.caseId}`,
      requester: null,
      about: [],
      decide: null,
    },
  ];
}

/** Clocks still running, by the instant they are due. */
function dueOf({ incident }: DuePage, recipient: Recipient, titles: Titles): CaseItem['due'] {
  return (incident?.clocks ?? [])
    .flatMap((c) => (c.stoppedAt === null && c.dueAt !== null ? [{ ...c, dueAt: c.dueAt }] : []))
    .sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt))
    .map((c) => ({
      clock: titles.clock(incident?.service ?? '', c.name),
      at: minuteIn(c.dueAt, recipient.zone),
      overdue: c.breachedAt !== null,
    }));
}
