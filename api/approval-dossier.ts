import type { Knex } from 'knex';
import type { z } from 'zod';

import { type AskedVote, earlierRequests, namesOf, saidAbout, tenantName } from '../db/approval';
import { attachmentsOfCase } from '../db/attachment';
import { currentRequestPlan, definitionOfVersion } from '../db/definitions';
import { poolOfName } from '../db/pool';
import { requestPlan } from '../db/request';
import { contentOf } from '../db/request-content';
import { evaluate } from '../domain/condition';
import { referencesIn } from '../domain/form';
import { isKind } from '../domain/process-def';
import type { ActionCall, RequestPlan } from '../domain/request-plan';
import type { ApprovalView, RequestView } from '../domain/request-projection';
import type { dossierSchema } from './approval-schema';

export type Dossier = z.infer<typeof dossierSchema>;
const EARLIER = 5;
const SAID = 30;

/** Everything somebody needs to decide, on one page. @throws Error when content or definitions are missing */
export async function dossierOf(db: Knex, { view, planId, approval }: AskedVote, login: string): Promise<Dossier> {
  const plan = await requestPlan(db, planId);
  const { content, schema } = await contentAt(db, view, approval.shown);
  const [item, sla] = await Promise.all([pinned(db, view, 'catalogue-item'), pinned(db, view, 'request-sla')]);
  const earlier = await earlierRequests(db, view, EARLIER);
  const said = await saidAbout(db, view.id, SAID);
  const titles = new Map(sla && isKind(sla, 'request-sla') ? sla.clocks.map((c) => [c.name, c.title]) : []);
  const itemDoc = item && isKind(item, 'catalogue-item') ? item : null;
  const named = (name: string) => ({ 'zh-CN': name, en: name });
  return {
    request: {
      ...pick(view),
      itemTitle: itemDoc?.title ?? named(view.item),
      tenant: await tenantName(db, view.tenantId),
      revision: view.content.revision,
    },
    approval,
    you: youIn(approval, login),
    content,
    schema,
    before: await lastVotedOn(db, view, approval),
    votes: view.approvals.filter((a) => a.step !== approval.step || a.visit !== approval.visit),
    consequence: consequenceOf(plan, approval.step),
    clocks: view.clocks.map((clock) => ({ title: titles.get(clock.name) ?? named(clock.name), clock })),
    cost: itemDoc?.cost ?? null,
    pools: await poolsOf(db, view, plan, content.data),
    earlier: earlier as Dossier['earlier'],
    said,
    people: await namesOf(
      db,
      loginsIn(
        view,
        said.map((s) => s.actor),
      ),
    ),
  };
}

const pick = ({ id, title, state, item, tenantId, requester, beneficiary, createdAt, dueAt }: RequestView) => ({
  id,
  title,
  state,
  item,
  tenantId,
  requester,
  beneficiary,
  createdAt,
  dueAt,
});

/** Why somebody is asked; the newest place of his that counts. */
function youIn({ approvers }: ApprovalView, login: string): Dossier['you'] {
  const mine = approvers.findLast((a) => a.login === login && a.state === 'asked');
  return { as: mine?.as ?? 'approver', for: mine?.for ?? null };
}

/** @throws Error when it is missing: what was filled in is never deleted */
async function contentAt(
  db: Knex,
  view: RequestView,
  hash: string,
): Promise<{ content: Dossier['content']; schema: Record<string, unknown> }> {
  const found = await contentOf(db, view.tenantId, hash);
  if (!found) throw new Error(`${view.id}: the content ${hash} is missing`);
  const form = await definitionOfVersion(db, view.tenantId, found.form);
  const schema = form && isKind(form, 'form') ? form.schema : {};
  const inFields = referencesIn(schema, found.data).filter((r) => r.widget === 'attachments');
  const named = new Set([...found.attachments, ...inFields.map((r) => r.value)]);
  const files = (await attachmentsOfCase(db, view.id, false))
    .filter((f) => named.has(f.id))
    .map(({ id, name, mediaType, size }) => ({ id, name, mediaType, size }));
  const { data, attachments, createdAt } = found;
  const at = new Date(createdAt).toISOString();
  return { content: { hash, form: found.form, data, attachments: [...attachments], files, at }, schema };
}

/** The content of the last approval that was about another one: the reader sees what has changed since. */
async function lastVotedOn(db: Knex, view: RequestView, approval: ApprovalView): Promise<Dossier['before']> {
  const voted = (a: ApprovalView) => a.approvers.some((x) => x.state === 'approved' || x.state === 'rejected');
  const before = view.approvals.findLast((a) => a.shown !== approval.shown && (voted(a) || a.step === approval.step));
  return before ? (await contentAt(db, view, before.shown)).content : null;
}

async function pinned(db: Knex, view: RequestView, kind: string) {
  const id = view.definitions.find((d) => d.replace(/^\*\//, '').startsWith(`${kind}/`));
  return id === undefined ? null : definitionOfVersion(db, view.tenantId, id);
}

function consequenceOf(plan: RequestPlan, step: string): Dossier['consequence'] {
  const found = plan.steps[step];
  if (found?.kind !== 'approval') return null;
  for (const { act } of found.ladder.toReversed()) {
    if (act.kind === 'end') return { kind: 'end', outcome: act.outcome };
    if (act.kind === 'reject' || act.kind === 'return') return { kind: act.kind, outcome: null };
  }
  return null;
}

/** Other requests are looked into no deeper: a process that opens itself has no end. */
const DEEPEST = 3;

/**
 * Pools that automatic steps will ask capacity of, its own and those of the requests it will open, as far as the content tells
 * which and how much.
 */
async function poolsOf(
  db: Knex,
  view: RequestView,
  plan: RequestPlan,
  form: Record<string, unknown>,
  depth = 0,
): Promise<Dossier['pools']> {
  const env = {
    form,
    beneficiary: { login: view.beneficiary },
    request: { id: view.id, title: view.title, item: view.item, state: view.state },
  };
  const pools: Dossier['pools'] = [];
  const add = (found: Dossier['pools']) => pools.push(...found.filter((f) => pools.every((p) => p.name !== f.name)));
  for (const step of Object.values(plan.steps)) {
    if (step.kind === 'subprocess' && depth < DEEPEST) {
      const data = Object.fromEntries(Object.entries(step.with).map(([key, cel]) => [key, evaluate(cel, env)]));
      const child = await currentRequestPlan(db, view.tenantId, step.item);
      if (child) add(await poolsOf(db, view, child.plan, data, depth + 1));
    }
    if (step.kind === 'auto' && step.call.action === 'capacity.reserve') add(await poolAsked(db, view, step.call, env));
  }
  return pools;
}

async function poolAsked(
  db: Knex,
  view: RequestView,
  { with: { pool: ofPool, amounts: ofAmounts } }: ActionCall,
  env: Parameters<typeof evaluate>[1],
): Promise<Dossier['pools']> {
  const name = ofPool === undefined ? null : evaluate(ofPool, env);
  const pool = typeof name === 'string' ? await poolOfName(db, view.tenantId, name) : null;
  if (!pool) return [];
  const asked = amountsOf(ofAmounts === undefined ? null : evaluate(ofAmounts, env));
  const units = Object.entries(pool.units).map(([unit, { free, total }]) => ({
    unit,
    free,
    total,
    asked: asked[unit] ?? null,
  }));
  return [{ name: pool.name, title: pool.title, units }];
}

function amountsOf(value: unknown): Record<string, number> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).flatMap(([unit, n]) => (typeof n === 'number' ? [[unit, n]] : [])));
}

function loginsIn(view: RequestView, more: readonly string[]): string[] {
  const voters = view.approvals.flatMap((a) =>
    a.approvers.flatMap((x) => [x.login, ...(x.for === null ? [] : [x.for])]),
  );
  return [view.requester, view.beneficiary, ...(view.enteredBy === null ? [] : [view.enteredBy]), ...voters, ...more];
}
