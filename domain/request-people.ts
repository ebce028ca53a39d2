import type { PageTarget } from './escalation';
import { isPerson } from './incident-command';
import type { RequestState } from './request';
import { resultOf, resultsOf } from './request-context';
import type { RequestTarget } from './request-plan';
import { page, record, want } from './request-record';

const person = (login: string): RequestTarget & PageTarget => ({ kind: 'person', login });

function logins(value: unknown): string[] {
  return [value].flat().filter((x): x is string => typeof x === 'string' && x.trim() !== '');
}

/** Targets with those the case knows itself turned into people; one that means nobody is left out. */
export function knownTargets(s: RequestState, targets: readonly RequestTarget[]): RequestTarget[] {
  return targets.flatMap((t): RequestTarget[] => {
    switch (t.kind) {
      case 'requester':
        return [person(s.requester)];
      case 'beneficiary':
        return [person(s.beneficiary)];
      case 'field':
        return logins(resultOf(s, `form.${t.path}`)).map(person);
      case 'performer': {
        const by = resultsOf(s).findLast((r) => r.step === t.step)?.by;
        return by !== undefined && isPerson(by) ? [person(by)] : [];
      }
      default:
        return [t];
    }
  });
}

/** Logins the case can name itself. */
export function knownLogins(s: RequestState, targets: readonly RequestTarget[]): string[] {
  return knownTargets(s, targets).flatMap((t) => (t.kind === 'person' ? [t.login] : []));
}

/** Those who may correct, answer and withdraw. */
export function isRequesterSide(s: Pick<RequestState, 'requester' | 'beneficiary' | 'enteredBy'>, login: string) {
  return login === s.requester || login === s.beneficiary || login === s.enteredBy;
}

/** Those who are told what becomes of the request. */
export function requesterTargets(s: RequestState): PageTarget[] {
  return [...new Set([s.requester, s.beneficiary])].map(person);
}

/** Whether paging resolves it; teams and managers need an effect of their own. */
const isPaged = (t: RequestTarget): t is RequestTarget & PageTarget =>
  t.kind === 'person' || t.kind === 'role' || t.kind === 'oncall' || t.kind === 'owner';

/**
 * Pages whoever targets mean, because of the newest event; nobody left means the fallback of the plan. Teams and managers are
 * looked up first, and paged with the answer ({@link pageFound}).
 */
export function tell(
  s: RequestState,
  name: string,
  visit: number,
  targets: readonly RequestTarget[],
  now: number,
): void {
  const known = knownTargets(s, targets);
  const direct = known.filter(isPaged);
  const open = known.filter((t) => !isPaged(t));
  if (direct.length > 0 || open.length === 0) page(s, name, visit, direct.length > 0 ? direct : s.plan.fallback, now);
  if (open.length === 0) return;
  const effect = { kind: 'resolve-people' as const, step: name, targets: open, of: [s.beneficiary], exclude: [] };
  want(s, now, { ...effect, fallback: s.plan.fallback.filter((t) => t.kind !== 'assignee') }, `page:${name}:${visit}`);
}

/** Pages those that were looked up for {@link tell}. */
export function pageFound(s: RequestState, about: string, found: readonly string[], now: number): void {
  const [, name = 'notice', visit = '1'] = about.split(':');
  record(s, 'notified', 'system', now, { page: name, to: found });
  page(s, name, Number(visit), found.length > 0 ? found.map(person) : s.plan.fallback, now);
}

/** People as targets of pages. */
export const people = (found: readonly string[]): PageTarget[] => found.map(person);
