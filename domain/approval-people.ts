import {
  askNext,
  entry,
  handOver,
  hasVoted,
  isLive,
  isOpen,
  liveOf,
  silentOf,
  type VotingRule,
  voiceOf,
} from './approval';
import type { Approver } from './request';
import type { ResolvedPerson } from './request-effect';

type Approvers = readonly Approver[];

/**
 * Replaces absent approvers who have not answered by their substitutes, following substitutes who are absent themselves.
 * Whoever has none that may decide here, or only one who is asked already, stays asked: nobody gets two voices.
 */
export function substituteAbsent(
  approvers: Approvers,
  resolved: readonly ResolvedPerson[],
  { now, barred }: { now: number; barred: readonly string[] },
): Approver[] {
  const people = new Map(resolved.map((p) => [p.login, p]));
  const isAbsent = (login: string): boolean => (people.get(login)?.absentUntil ?? now) > now;
  let all = [...approvers];
  for (const a of approvers.filter((x) => isOpen(x) && isAbsent(x.login))) {
    const passed = new Set<string>();
    let at: string | null = a.login;
    while (at !== null && isAbsent(at) && !passed.has(at)) {
      passed.add(at);
      at = people.get(at)?.substitute ?? null;
    }
    if (at === null || passed.has(at) || barred.includes(at) || liveOf(all, at)) continue;
    const substitute = at;
    all = all.flatMap((x) => (x === a ? handOver(a, substitute, 'substitute', null) : [x]));
  }
  return all;
}

/**
 * Asks the superiors (`people`) of one silent approver `of` as well: they have his voice, the first answer counts. Whoever is
 * asked already or may not decide here is left out. One call for each silent approver.
 */
export function addManagers(
  approvers: Approvers,
  people: readonly ResolvedPerson[],
  { of, barred }: { of: string; barred: readonly string[] },
): Approver[] {
  return added(approvers, people, barred, (login) => entry(login, { state: 'asked', for: of, as: 'manager' }));
}

/**
 * Asks further people. Where every voice is needed (`all`, a share) they answer for the silent ones, in turn; otherwise, and
 * when nobody is silent (the desk names approvers), with a voice of their own.
 */
export function addAsked(
  rule: Pick<VotingRule, 'quorum'>,
  approvers: Approvers,
  people: readonly ResolvedPerson[],
  { barred }: { barred: readonly string[] },
): Approver[] {
  const silent = silentOf(approvers);
  const { quorum } = rule;
  const shares = 'percent' in quorum || ('need' in quorum && quorum.need === 'all');
  return added(approvers, people, barred, (login, i) =>
    entry(login, { state: 'asked', as: 'added', for: shares ? (silent[i % silent.length] ?? null) : null }),
  );
}

function added(
  approvers: Approvers,
  people: readonly ResolvedPerson[],
  barred: readonly string[],
  make: (login: string, i: number) => Approver,
): Approver[] {
  const logins = [...new Set(people.map((p) => p.login))];
  const fresh = logins.filter((login) => !barred.includes(login) && !liveOf(approvers, login));
  return [...approvers, ...fresh.map(make)];
}

/** How approvers were resolved anew. */
export interface Resolution {
  people: readonly ResolvedPerson[];
  /** True: nobody was found, these are those of the fallback. */
  fallback: boolean;
  /** Never asked; see `barredFrom` in `approval.ts`. */
  barred: readonly string[];
  /** Logins that can no longer act at all, however they came to be asked. */
  left?: readonly string[];
}

/**
 * Approvers after they were resolved (the first time with none) or resolved anew because people left or groups changed.
 * Votes cast stay. Newcomers are asked, at the end of a sequence in their turn; who is no longer named is `gone`, and so is
 * whoever stands in for him; who had handed on his vote to somebody that has left is asked himself again.
 */
export function mergeResolved(
  rule: Pick<VotingRule, 'order'>,
  approvers: Approvers,
  { people, fallback, barred, left = [] }: Resolution,
): Approver[] {
  const able = (login: string): boolean => !barred.includes(login) && !left.includes(login);
  const named = [...new Set(people.map((p) => p.login))].filter(able);
  const role = fallback ? 'fallback' : 'approver';
  const isRoot = (a: Approver): boolean => a.for === null;
  const rootOf = (all: Approvers, voice: string): Approver | undefined => {
    const roots = all.filter((a) => isRoot(a) && a.login === voice);
    return roots.find((a) => a.state !== 'gone') ?? roots[0];
  };
  const keeps = (root: Approver | undefined): boolean =>
    root === undefined || root.as === 'added' || root.as === 'manager' || named.includes(root.login) || hasVoted(root);
  const stayed = approvers.map((a): Approver => {
    if (hasVoted(a)) return a;
    const root = isRoot(a) ? a : rootOf(approvers, voiceOf(approvers, a));
    return !keeps(root) || (isOpen(a) && !able(a.login)) ? { ...a, state: 'gone' } : a;
  });
  const speaking = new Set(stayed.filter(isLive).map((a) => voiceOf(stayed, a)));
  const revived = stayed.map((a): Approver => {
    if (a !== rootOf(stayed, a.login) || !able(a.login) || liveOf(stayed, a.login)) return a;
    if (a.state === 'gone' && named.includes(a.login)) return { ...a, state: 'next', as: role };
    return a.state === 'replaced' && !speaking.has(a.login) ? { ...a, state: 'next', comment: null } : a;
  });
  const known = new Set(revived.filter((a) => isRoot(a) || isLive(a)).map((a) => a.login));
  const fresh = named.filter((login) => !known.has(login));
  return askNext(rule, [...revived, ...fresh.map((login) => entry(login, { as: role }))]);
}
