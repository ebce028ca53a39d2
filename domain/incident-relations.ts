import type { IncidentState } from './incident';
import { type Actor, type CommandOf, INVERSE } from './incident-command';
import type { EffectOutcome, PeerMessage } from './incident-effect';
import { begins, close, resolve, resume } from './incident-life';
import { fact, page, record, remember, want, writeToReporter } from './incident-record';

type What = PeerMessage extends infer M ? (M extends unknown ? Omit<M, 'key' | 'from' | 'actor'> : never) : never;

/** Tells another case, until it has answered; returns the key of that effect. */
function tell(s: IncidentState, to: string, actor: Actor, message: What, now: number): string {
  const key = `${s.id}:${message.what}:${s.seq}:${to}`;
  return want(s, now, { kind: 'tell', to, message: { ...message, key, from: s.id, actor } as PeerMessage }, to);
}

/** Work goes on in the other case; this one waits for its end. */
export function merge(s: IncidentState, c: CommandOf<'merge'>, now: number): void {
  if (s.pause) resume(s, c.actor, now, 'asked');
  s.status = 'merged';
  s.mergedInto = c.into;
  s.askAt = now + ASK_MS;
  fact(s, 'paused', now, { reason: 'merged' });
  record(s, 'merged', c.actor, now, { into: c.into });
  s.mergeKey = tell(s, c.into, c.actor, { what: 'merged-in', title: s.title, reporter: s.reporter }, now);
}

/** A merged case looks once a day whether the other one is still there: it must not wait for a lost message for ever. */
const ASK_MS = 86_400_000;

/** Asks when it is time; returns when the next time is. */
export function watchMerge(s: IncidentState, now: number): number | null {
  if (s.status !== 'merged' || s.mergedInto === null) return null;
  s.askAt ??= now + ASK_MS;
  if (s.askAt <= now) {
    s.askAt = now + ASK_MS;
    record(s, 'merge_checked', 'system', now, { into: s.mergedInto });
    tell(s, s.mergedInto, 'system', { what: 'ask' }, now);
  }
  return s.askAt;
}

/** The case stands on its own again: levels begin anew, clocks go on with what they had used. */
export function unmerge(s: IncidentState, actor: Actor, reason: string, now: number): void {
  const from = s.mergedInto;
  s.mergedInto = null;
  s.mergeKey = null;
  s.askAt = null;
  fact(s, 'resumed', now);
  begins(s, now);
  record(s, 'unmerged', actor, now, { from, reason, visit: s.visit });
  if (from !== null && actor !== 'system') tell(s, from, actor, { what: 'unmerged' }, now);
}

export function setParent(s: IncidentState, c: CommandOf<'set-parent'>, now: number): void {
  s.parent = c.parent;
  record(s, 'parent_set', c.actor, now, { parent: c.parent });
  tell(s, c.parent, c.actor, { what: 'child-added', state: s.status, title: s.title }, now);
}

export function unsetParent(s: IncidentState, actor: Actor, now: number): void {
  const { parent } = s;
  if (parent === null) return;
  s.parent = null;
  record(s, 'parent_unset', actor, now, { parent });
  tell(s, parent, actor, { what: 'child-removed' }, now);
}

export function link(s: IncidentState, c: CommandOf<'link' | 'unlink'>, now: number): void {
  const { target, relation } = c;
  s.links = s.links.filter((l) => l.target !== target || l.relation !== relation);
  if (c.op === 'link') s.links.push({ target, relation });
  record(s, c.op === 'link' ? 'linked' : 'unlinked', c.actor, now, { target, relation });
  tell(s, target, c.actor, { what: c.op === 'link' ? 'linked' : 'unlinked', relation: INVERSE[relation] }, now);
}

/** Resolves children with their parent, as the resolver ticked them. */
export function resolveChildren(s: IncidentState, c: CommandOf<'resolve'>, now: number): void {
  for (const id of c.children ?? [])
    if (!ENDED.includes(s.children[id] ?? '')) tell(s, id, c.actor, { what: 'resolve', resolution: c.resolution }, now);
}
const ENDED = ['resolved', 'closed', 'cancelled'];

/** Tells parent and merged cases what has become of this one; to be called when its state has changed. */
export function tellState(s: IncidentState, before: IncidentState['status'], actor: Actor, now: number): void {
  if (s.status === before) return;
  if (s.parent !== null) tell(s, s.parent, actor, { what: 'child-state', state: s.status }, now);
  if (s.status !== 'closed' && s.status !== 'cancelled') return;
  for (const id of s.merged) tell(s, id, actor, { what: 'ended', state: s.status, resolution: s.resolution }, now);
}

/** Another case says something. Repeats change nothing. */
export function heard(s: IncidentState, m: PeerMessage, now: number): void {
  if (s.recent.includes(m.key)) return;
  remember(s, m.key);
  const before = s.status;
  switch (m.what) {
    case 'merged-in':
      s.merged = [...s.merged.filter((id) => id !== m.from), m.from];
      s.contacts += 1;
      record(s, 'merged_in', m.actor, now, { from: m.from, title: m.title, reporter: m.reporter });
      break;
    case 'unmerged':
      s.merged = s.merged.filter((id) => id !== m.from);
      record(s, 'merge_undone', m.actor, now, { from: m.from });
      break;
    case 'child-added':
      s.children[m.from] = m.state;
      record(s, 'child_added', m.actor, now, { child: m.from, state: m.state, title: m.title });
      break;
    case 'child-removed':
      delete s.children[m.from];
      record(s, 'child_removed', m.actor, now, { child: m.from });
      break;
    case 'child-state':
      if (!Object.hasOwn(s.children, m.from)) return;
      s.children[m.from] = m.state;
      record(s, 'child_state', m.actor, now, { child: m.from, state: m.state });
      break;
    case 'linked':
    case 'unlinked':
      s.links = s.links.filter((l) => l.target !== m.from || l.relation !== m.relation);
      if (m.what === 'linked') s.links.push({ target: m.from, relation: m.relation });
      record(s, m.what, m.actor, now, { target: m.from, relation: m.relation, told: true });
      break;
    case 'resolve':
      if (!['new', 'acknowledged', 'pending', 'suspended'].includes(s.status)) return;
      record(s, 'parent_resolved', m.actor, now, { parent: m.from });
      resolve(s, m.actor, m.resolution, now);
      break;
    case 'ended':
      endWith(s, m.from, m.resolution, now);
      break;
    case 'ask':
      return;
  }
  tellState(s, before, m.actor, now);
}

function endWith(s: IncidentState, other: string, resolution: string | null, now: number): void {
  if (s.status !== 'merged' || s.mergedInto !== other) return;
  s.resolution ??= resolution;
  close(s, 'system', now, 'merged');
  if (resolution !== null) writeToReporter(s, 'closed', resolution, now);
}

/** The answer to a message of this case: taken, or the other case has ended. */
export function told(s: IncidentState, o: EffectOutcome & { kind: 'tell' }, about: string, now: number): void {
  if (o.ok) {
    record(s, 'effect_answered', 'system', now, { effect: o.key, about });
    return;
  }
  record(s, 'effect_failed', 'system', now, { effect: o.key, about, reason: o.reason ?? null });
  const before = s.status;
  if (s.status === 'merged' && s.mergedInto === about) {
    // A merge into a case that had ended never came about; one that has ended since ends this one too.
    if (o.key !== s.mergeKey && o.reason === 'ended') endWith(s, about, null, now);
    else {
      unmerge(s, 'system', `${about}: ${o.reason ?? 'not reached'}`, now);
      page(s, `merge-${s.seq}`, 0, [{ kind: 'assignee' }], now);
    }
  } else if (s.parent === about) {
    if (o.reason === 'ended') s.parent = null;
  } else if (Object.hasOwn(s.children, about) && o.reason === 'ended') s.children[about] = 'closed';
  tellState(s, before, 'system', now);
}
