import { fillPhrase } from '../adapters/notification/template';
import type { Recipient } from '../db/contact';
import type { DuePage } from '../db/page-send';
import { stepKind, stepOfPage } from '../domain/page-step';
import type { RequestView } from '../domain/request-projection';
import type { CaseItem, PageMessage } from './paging-message';
import { type Locale, minuteIn, type Titles } from './paging-texts';

/** What the words of an item need beside the pages. */
interface Saying {
  message: PageMessage;
  titles: Titles;
  phrases: Record<string, string>;
  locale: Locale;
}

/** What a message says of one request: what is asked of the recipient, until when, and what happens otherwise. */
export function requestItem(pages: readonly DuePage[], view: RequestView, saying: Saying): CaseItem {
  const { message, titles } = saying;
  const { recipient, publicUrl } = message;
  const say = sayer(saying);
  const dues = pages.flatMap((p) => dueOf(p, view, recipient, say));
  return {
    id: view.id,
    title: view.title,
    severity: null,
    severityLabel: '',
    service: titles.item(view.item),
    state: say(`request-state.${view.state}`),
    step: [...new Set(pages.map((p) => say(`step.${stepKind(p.step) ?? 'other'}`)))].join(' · '),
    why: [...new Set(pages.flatMap((p) => whyOf(p, view, recipient, saying)))],
    due: dues,
    url: `${publicUrl}/requests/${view.id}`,
    requester: nameIn(pages[0], view.requester),
    about: [...new Set(pages.flatMap((p) => aboutOf(p, view, saying)))],
    decide: pages.flatMap((p) => message.links.get(p.key) ?? [])[0] ?? null,
  };
}

const nameIn = (page: DuePage | undefined, login: string): string => page?.saying?.people[login] ?? login;

const sayer =
  ({ phrases }: Saying) =>
  (phrase: string, model: object = {}) =>
    fillPhrase(phrases[phrase] ?? '', model);

const approvalOf = (view: RequestView, step: string) =>
  view.approvals.findLast((a) => a.step === step && a.state === 'running');

/** Why he is told: his part in it, not how the system found him. */
function whyOf(page: DuePage, view: RequestView, { login }: Recipient, saying: Saying): string[] {
  const say = sayer(saying);
  if (page.fallback) return [say('why.fallback')];
  const asked = approvalOf(view, stepOfPage(page.step))?.approvers.findLast((x) => x.login === login);
  if (stepKind(page.step) === 'vote' && asked)
    return [say(`request-why.${asked.as}`, { name: nameIn(page, asked.for ?? '') })];
  if (view.requester === login) return [say('request-why.requester')];
  if (view.beneficiary === login) return [say('request-why.beneficiary')];
  return page.why.flatMap((w) =>
    w.kind === 'person' ? [] : [say(`why.${w.kind}`, { name: saying.titles.target(w) })],
  );
}

/** The heart of the matter, in the words of the process and of those who have asked. */
function aboutOf(page: DuePage, view: RequestView, saying: Saying): string[] {
  const say = sayer(saying);
  const step = stepOfPage(page.step);
  const title = (of: { title: Record<Locale, string> } | undefined) => (of ? [of.title[saying.locale]] : []);
  switch (stepKind(page.step)) {
    case 'vote':
      return [...title(approvalOf(view, step)), ...consequenceOf(page, view, saying)];
    case 'task':
      return title(view.tasks.find((t) => t.step === step));
    case 'correction':
    case 'question':
      return view.awaiting
        ? [say('request-about.asked', { by: nameIn(page, view.awaiting.by), text: view.awaiting.text })]
        : [];
    case 'outcome':
      return refusals(view).map(({ by, text }) => say('request-about.refused', { by: nameIn(page, by), text }));
    case 'notice':
      return page.saying?.text ? [page.saying.text[saying.locale]] : [];
    case 'provisioning':
      return [say('request-about.provisioning', { url: `${saying.message.publicUrl}/resources/provisioning` })];
    case 'secret':
      return [say('request-about.secret', { url: `${saying.message.publicUrl}/secrets/${step}` })];
    case 'stalled':
      return view.failures.filter((f) => f.step === step).map((f) => `${f.title[saying.locale]}: ${f.reason}`);
    default:
      return title(view.steps.find((s) => s.step === step));
  }
}

/** What silence leads to, as the process states it (I5). */
function consequenceOf(page: DuePage, view: RequestView, saying: Saying): string[] {
  const act = page.saying?.ladder.findLast((r) => ['reject', 'return', 'end'].includes(r.act.kind))?.act;
  const dueAt = approvalOf(view, stepOfPage(page.step))?.dueAt;
  if (!act || !dueAt) return [];
  const at = minuteIn(dueAt, saying.message.recipient.zone);
  const outcome = act.kind === 'end' ? sayer(saying)(`request-state.${act.outcome}`) : '';
  return [sayer(saying)(`request-silence.${act.kind}`, { at, outcome })];
}

function refusals(view: RequestView): { by: string; text: string }[] {
  if (view.state !== 'rejected') return [];
  return view.approvals.flatMap((a) =>
    a.approvers.flatMap((x) => (x.state === 'rejected' && x.comment ? [{ by: x.login, text: x.comment }] : [])),
  );
}

function dueOf(
  page: DuePage,
  view: RequestView,
  { zone }: Recipient,
  say: (phrase: string) => string,
): CaseItem['due'] {
  const step = stepOfPage(page.step);
  const kind = stepKind(page.step);
  const due =
    kind === 'vote'
      ? approvalOf(view, step)?.dueAt
      : kind === 'task'
        ? view.tasks.find((t) => t.step === step)?.dueAt
        : kind === 'correction' || kind === 'question'
          ? view.awaiting?.dueAt
          : null;
  return due ? [{ clock: say(`request-due.${kind}`), at: minuteIn(due, zone), overdue: false }] : [];
}
