import type { Knex } from 'knex';
import { type ContactMethod, type Reachable, reachableById } from '../db/contact';
import {
  chainOf,
  insertPages,
  insertStep,
  insertUnpageableTask,
  type NewPage,
  type PageCase,
  type PageWhy,
} from '../db/page';
import type { PageStep } from '../domain/incident';
import { type PagingMetrics, pagingMetrics } from './paging-metrics';
import { type CurrentSchedules, type PagedPlan, resolveTargets } from './paging-targets';

/** What paging needs to know of the case a step belongs to; `assignee` of a request is nobody. */
export type PagedCase = PageCase & { plan: PagedPlan; assignee?: string | null };

export interface PagingDeps {
  currentSchedules: CurrentSchedules;
  metrics?: PagingMetrics;
}

/** Somebody to page, by one of his methods. */
interface Paged {
  person: Reachable;
  contact: ContactMethod;
  why: PageWhy[];
  fallback: boolean;
}

/** What is written about one step: people to page and rows of the ledger that are settled at once. */
interface Expansion {
  pages: Paged[];
  settled: NewPage[];
}

/** Turns steps decided by a workflow into rows of the page ledger. */
export function createPaging(deps: PagingDeps) {
  return {
    /**
     * Resolves steps to people and queues a page for the first way to reach each; to be called in the transaction that commits
     * the steps. A step that was expanded before is skipped: repeats change nothing (I4). Whoever cannot be reached stands in
     * the ledger with the reason, and a step that reaches nobody pages the fallback of the policy.
     */
    async expandSteps(trx: Knex, paged: PagedCase, steps: readonly PageStep[]): Promise<void> {
      for (const step of steps) {
        if (!(await insertStep(trx, paged, step)) || step.superseded) continue;
        const { pages, settled } = await (step.next ? expandNext : expandTargets)(deps, trx, paged, step);
        await insertPages(trx, paged, step, [...settled, ...pages.map((p) => pageOf(step, p))]);
      }
    },
  };
}

function pageOf(step: PageStep, { person, contact, why, fallback }: Paged): NewPage {
  return {
    key: `${step.key}:${contact.kind}:${person.id}`,
    person: { id: person.id, name: person.name },
    contact,
    outcome: null,
    reason: null,
    why,
    fallback,
  };
}

/** A row that says why nobody is paged for it. */
function settled(step: PageStep, suffix: string, outcome: 'nobody' | 'failed' | 'superseded', reason: string): NewPage {
  return {
    key: `${step.key}:${suffix}`,
    person: null,
    contact: null,
    outcome,
    reason,
    why: [],
    fallback: suffix === 'fallback',
  };
}

const contextOf = (paged: PagedCase, step: PageStep) => ({
  tenantId: paged.tenantId,
  plan: paged.plan,
  assignee: paged.assignee ?? null,
  at: step.at,
});

async function expandTargets(deps: PagingDeps, trx: Knex, paged: PagedCase, step: PageStep): Promise<Expansion> {
  const found = await resolveTargets(trx, step.targets, contextOf(paged, step), deps.currentSchedules);
  const pages = found.people.flatMap(({ person, why }) => {
    const [contact] = person.contacts;
    return contact ? [{ person, contact, why, fallback: false }] : [];
  });
  const unreachable = found.people
    .filter(({ person }) => person.contacts.length === 0)
    .map(({ person }) => ({
      ...settled(step, `none:${person.id}`, 'failed', 'the person has no way to be reached'),
      person: { id: person.id, name: person.name },
    }));
  if (pages.length > 0) return { pages, settled: unreachable };
  const reason = found.empty.join('; ') || 'nobody who is named can be reached';
  const fallback = await expandFallback(deps, trx, paged, step);
  return {
    pages: fallback.pages,
    settled: [...unreachable, settled(step, 'nobody', 'nobody', reason), ...fallback.settled],
  };
}

/** After a final failure: this person's next method; with none left, the fallback. */
async function expandNext(deps: PagingDeps, trx: Knex, paged: PagedCase, step: PageStep): Promise<Expansion> {
  const { personId, position } = step.next ?? { personId: '', position: 0 };
  const person = await reachableById(trx, personId);
  const contact = person?.contacts.find((c) => c.position > position);
  if (!person || !contact) return expandFallback(deps, trx, paged, step);
  const before = (await chainOf(trx, paged.id, step)).findLast((p) => p.personId === personId);
  const page = { person, contact, why: before?.why ?? [], fallback: before?.fallback ?? false };
  return { pages: [page], settled: [] };
}

/**
 * The fallback of the policy, less who was paged for this step already and the methods that failed for it: a failing fallback
 * must not go round in circles.
 */
async function expandFallback(deps: PagingDeps, trx: Knex, paged: PagedCase, step: PageStep): Promise<Expansion> {
  const found = await resolveTargets(trx, paged.plan.fallback, contextOf(paged, step), deps.currentSchedules);
  const chain = await chainOf(trx, paged.id, step);
  const failedUpTo = (id: string) =>
    Math.max(-1, ...chain.flatMap((p) => (p.personId === id ? [p.position ?? -1] : [])));
  const reached = (id: string) => chain.some((p) => p.personId === id && p.outcome !== 'failed');
  const open = found.people.filter(({ person }) => !reached(person.id));
  const pages = open.flatMap(({ person, why }) => {
    const contact = person.contacts.find((c) => c.position > failedUpTo(person.id));
    return contact ? [{ person, contact, why, fallback: true }] : [];
  });
  if (pages.length > 0) return { pages, settled: [] };
  if (open.length < found.people.length)
    return {
      pages: [],
      settled: [settled(step, 'fallback', 'superseded', 'the fallback was paged for this step before')],
    };
  const mute = found.people.map(({ person }) => `${person.login}: no contact method left`);
  const reason = `fallback: ${[...found.empty, ...mute].join('; ')}`;
  await insertUnpageableTask(trx, paged, paged.plan.service.team, step.at);
  (deps.metrics ?? pagingMetrics()).unpageable();
  return { pages: [], settled: [settled(step, 'fallback', 'nobody', reason)] };
}
