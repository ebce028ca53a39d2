import type { ActiveApproval, ActiveTask, RequestState } from './request';
import { approversFound, type Seeking } from './request-approval';
import type { RequestEffectOutcome } from './request-effect';
import { type Move, STAY } from './request-move';
import { pageFound, people } from './request-people';
import { page, record } from './request-record';
import { actorsFound, actorsFoundAgain, type ExtraTask, release } from './request-task';

type Found = Extract<RequestEffectOutcome, { kind: 'resolve-people' }>;

/**
 * People were looked up. `about` as in `waiting`: `<why>:<step>.<visit>[:<of>]`, or `page:<name>:<visit>`. An answer for a step
 * that was left meanwhile changes nothing.
 */
export function peopleFound(s: RequestState, about: string, o: Found, now: number): Move[] {
  const [why = '', place = '', ...rest] = about.split(':');
  const logins = o.people.map((p) => p.login);
  if (why === 'page') {
    pageFound(s, about, logins, now);
    return STAY;
  }
  if (why === 'gone') {
    const task = s.extraTasks.find((t) => t.task === place);
    if (task) looked(s, task, rest.join(':'), o, now);
    return STAY;
  }
  const a = s.active.find((x) => `${x.step}.${x.visit}` === place);
  if (a?.kind === 'approval') return voters(s, a, why, rest.join(':'), o, now);
  if (a?.kind === 'task' || a?.kind === 'form') workers(s, a, why, rest.join(':'), o, now);
  return STAY;
}

const SEEKING: readonly string[] = ['approval', 'again', 'substitute', 'manager', 'ask', 'left'];
const isSeeking = (why: string): why is Seeking => SEEKING.includes(why);

function voters(s: RequestState, a: ActiveApproval, why: string, of: string, o: Found, now: number): Move[] {
  return isSeeking(why) ? approversFound(s, a, why, of, o, now) : STAY;
}

function workers(s: RequestState, a: ActiveTask, why: string, of: string, o: Found, now: number): void {
  if (why === 'task') return actorsFound(s, a, o, now);
  if (why === 'again') return actorsFoundAgain(s, a, o, now);
  if (why === 'left') return looked(s, a, of, o, now);
  if (why === 'away') return substitutesFound(s, a, o, now);
  if (why === 'workers' || why === 'above') helpersFound(s, a, o, now);
}

/** Whoever has a task was looked up: with nobody of that login there any more it is free again. */
function looked(s: RequestState, t: ActiveTask | ExtraTask, login: string, o: Found, now: number): void {
  if (t.assignee !== login || o.people.length > 0) return;
  release(
    s,
    t,
    t.candidates.filter((c) => c !== login),
    now,
  );
}

/** Further people are meant, or the superiors hear that work lies about. Who has it keeps it until it is handed over. */
function helpersFound(s: RequestState, a: ActiveTask, o: Found, now: number): void {
  const fresh = o.people.map((p) => p.login).filter((login) => !a.candidates.includes(login));
  // A queue that is everybody's is not narrowed down to those who are reminded of it.
  if (a.candidates.length > 0) {
    a.candidates = [...a.candidates, ...fresh];
    a.beside = [...(a.beside ?? []), ...fresh];
  }
  const { task, step, assignee, team } = a;
  record(s, 'task_assigned', 'system', now, { task, step, assignee, team, candidates: a.candidates, told: fresh });
  page(
    s,
    `${assignee === null ? 'task' : 'overdue'}-${step}`,
    a.visit,
    fresh.length > 0 ? people(fresh) : s.plan.fallback,
    now,
  );
}

/** Who is away is replaced by his substitute. */
function substitutesFound(s: RequestState, a: ActiveTask, o: Found, now: number): void {
  const away = new Map(
    o.people.flatMap((p) => ((p.absentUntil ?? now) > now && p.substitute !== null ? [[p.login, p.substitute]] : [])),
  );
  const instead = (login: string) => away.get(login) ?? login;
  const before = [...a.candidates, a.assignee];
  a.candidates = [...new Set(a.candidates.map(instead))];
  a.beside = [...(a.beside ?? []), ...away.values()];
  a.assignee = a.assignee === null ? null : instead(a.assignee);
  const { task, step, assignee, team, candidates } = a;
  record(s, 'task_assigned', 'system', now, { task, step, assignee, team, candidates });
  const fresh = [...new Set([...candidates, assignee])].filter((x): x is string => x !== null && !before.includes(x));
  if (fresh.length > 0) page(s, `task-${step}`, a.visit, people(fresh), now);
}
