import type { Knex } from 'knex';
import type { PageTarget } from '../domain/escalation';
import type { PageStep } from '../domain/incident';
import { inScope, type TenantScope } from '../domain/principal';
import type { Severity } from '../domain/sla';
import type { ContactKind } from './contact';
import { enqueue } from './queue';

/** How a due page ended; exactly one for each row (I4). */
export type PageOutcome = 'delivered' | 'failed' | 'nobody' | 'superseded';

/** Why somebody is paged: the target that named him, and what it names (schedule, role, service, login). */
export interface PageWhy {
  kind: PageTarget['kind'];
  name: string | null;
}

/** The case a step belongs to, as far as the ledger knows it. */
export type PageCase = { id: string; tenantId: string } & (
  | { kind: 'incident'; severity: Severity }
  | { kind: 'request' }
);

/**
 * Requests have no severity; in the ledger it paces messages, and a request goes with the least urgent: it never breaks into
 * the pause after a message (I9).
 */
const REQUEST_PACE: Severity = 'IV';

/** A row of the ledger to be written. Without an outcome it is due and gets an outbox row with the same key. */
export interface NewPage {
  key: string;
  person: { id: string; name: string } | null;
  contact: { kind: ContactKind; position: number; address: string } | null;
  outcome: PageOutcome | null;
  reason: string | null;
  why: readonly PageWhy[];
  fallback: boolean;
}

/** Lane of the sender for a way to reach people. */
export const pageLane = (method: ContactKind): string => `page-${method}`;

const isoOf = (ms: number) => new Date(ms).toISOString();

/** Records a step; false when it was recorded before, so that its effects happen once (I4). */
export async function insertStep(trx: Knex, paged: PageCase, step: PageStep): Promise<boolean> {
  const inserted: unknown[] = await trx('page_step')
    .insert({
      key: step.key,
      case_id: paged.id,
      tenant_id: paged.tenantId,
      step: step.step,
      visit: step.visit,
      level: step.level,
      planned_at: isoOf(step.at),
      outcome: step.superseded ? 'superseded' : 'expanded',
      reason: step.superseded ? 'a higher level was due at the same time' : null,
    })
    .onConflict('key')
    .ignore()
    .returning('key');
  return inserted.length > 0;
}

/** Writes rows of the ledger and queues those that are due. */
export async function insertPages(
  trx: Knex,
  paged: PageCase,
  step: PageStep,
  pages: readonly NewPage[],
): Promise<void> {
  if (pages.length === 0) return;
  const inserted: { key: string }[] = await trx('page')
    .insert(pages.map((page) => rowOf(paged, step, page)))
    .onConflict('key')
    .ignore()
    .returning('key');
  const fresh = new Set(inserted.map((r) => r.key));
  const due = pages.flatMap(({ key, contact, outcome, why }) =>
    contact && outcome === null && fresh.has(key)
      ? [
          {
            key,
            tenantId: paged.tenantId,
            caseId: paged.id,
            kind: 'page',
            payload: { why },
            lane: pageLane(contact.kind),
          },
        ]
      : [],
  );
  await enqueue(trx, ...due);
}

function rowOf(paged: PageCase, step: PageStep, page: NewPage): Record<string, unknown> {
  return {
    key: page.key,
    case_id: paged.id,
    tenant_id: paged.tenantId,
    step: step.step,
    visit: step.visit,
    level: step.level,
    severity: paged.kind === 'request' ? REQUEST_PACE : paged.severity,
    person_id: page.person?.id ?? null,
    person_name: page.person?.name ?? null,
    method: page.contact?.kind ?? null,
    method_position: page.contact?.position ?? null,
    address: page.contact?.address ?? null,
    planned_at: isoOf(step.at),
    outcome: page.outcome,
    reason: page.reason,
    settled_at: page.outcome === null ? null : isoOf(step.at),
    fallback: page.fallback,
  };
}

/** A page of the same step and visit, or of a next method or fallback that followed it. */
export interface ChainPage {
  personId: string | null;
  position: number | null;
  outcome: PageOutcome | null;
  fallback: boolean;
  why: PageWhy[];
}

/** All that a step has led to so far in this visit: `level-1` and its `level-1/next-…`. */
export async function chainOf(trx: Knex, caseId: string, step: PageStep): Promise<ChainPage[]> {
  const result: { rows: ChainPage[] } = await trx.raw(
    `select p.person_id as "personId", p.method_position as position, p.outcome, p.fallback,
       coalesce(o.payload -> 'why', '[]') as why
     from page p left join outbox o on o.key = p.key
     where p.case_id = ? and p.visit = ? and split_part(p.step, '/', 1) = split_part(?, '/', 1) order by p.planned_at, p.key`,
    [caseId, step.visit, step.step],
  );
  return result.rows;
}

/** Asks people to act because a step could reach nobody at all: one open task a case. */
export async function insertUnpageableTask(trx: Knex, paged: PageCase, team: string, at: number): Promise<void> {
  await trx.raw(
    `insert into task (id, tenant_id, case_id, kind, title, team, state, created_at)
     values (:id, :tenantId, :caseId, 'unpageable', coalesce((select title from incident where id = :caseId),
         (select title from request where id = :caseId), :caseId), :team, 'open', :at)
     on conflict (id) do update set state = 'open', done_at = null where task.state <> 'open'`,
    { id: `${paged.id}/unpageable`, tenantId: paged.tenantId, caseId: paged.id, team, at: isoOf(at) },
  );
}

/** A row of a case's ledger as people see it; `outcome` null while it is due. Instants ISO 8601. */
export interface PageView {
  key: string;
  step: string;
  level: number;
  visit: number;
  plannedAt: string;
  /** Name as it was then. */
  person: string | null;
  personId: string | null;
  method: ContactKind | null;
  outcome: PageOutcome | null;
  reason: string | null;
  settledAt: string | null;
  attempts: number;
  /** The message that carried it, or is about to; several rows may share one (I9). */
  messageId: string | null;
  fallback: boolean;
}

/** The ledger of a case in order: every page, and every step for which nobody was paged because a later one was due. */
export async function pagesOf(db: Knex, scope: TenantScope, caseId: string): Promise<PageView[]> {
  const result: { rows: (PageView & { tenantId: string })[] } = await db.raw(
    `select key, step, level, visit, planned_at as "plannedAt", tenant_id as "tenantId", person_id as "personId",
       person_name as person, method, outcome, reason, settled_at as "settledAt", attempts, message_id as "messageId", fallback
     from page where case_id = :caseId
     union all
     select key, step, level, visit, planned_at, tenant_id, null, null, null, outcome, reason, planned_at, 0, null, false
     from page_step where case_id = :caseId and outcome = 'superseded'
     order by 5, 4, 3, 2, 8 nulls first, 1`,
    { caseId },
  );
  return result.rows.filter((row) => inScope(scope, row.tenantId)).map(({ tenantId: _, ...page }) => page);
}
