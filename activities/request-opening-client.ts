import type { Knex } from 'knex';
import { checkContent, storeContent } from '../adapters/form/content';
import { claimAttachments } from '../db/attachment';
import { currentDefinitions, currentRequestPlan, definitionOfVersion } from '../db/definitions';
import { claimKey, requestHash } from '../db/idempotency';
import { personFacts } from '../db/person-facts';
import { nextRequestId, requestInside } from '../db/request';
import { DomainError } from '../domain/errors';
import type { Channel } from '../domain/incident-command';
import { isKind, ofKind } from '../domain/process-def';
import type { FormDoc } from '../domain/process-def-form';
import type { RequestOpening } from '../domain/request';
import { factsOf } from '../domain/request-facts';
import type { RequestAnswer } from '../workflows/live-request';
import type { RequestClient } from './request-client';

export interface RequestOpeningDeps {
  db: Knex;
  requests: Pick<RequestClient, 'open'>;
}

/** Who asks for what; permission and visibility have been looked at. */
export interface RequestOrder {
  tenantId: string;
  item: string;
  title?: string;
  data: Record<string, unknown>;
  attachments: readonly string[];
  requester: string;
  beneficiary: string;
  enteredBy?: string;
  channel: Channel;
  parent?: { id: string; step: string | null };
  follows?: string;
  /** Whose idempotency key, and the key. */
  by: string;
  key: string;
  /** ISO 8601. */
  at: string;
}

/** A form by the id of its version. @throws Error when there is none such */
export async function formOfVersion(db: Knex, tenantId: string, id: string): Promise<FormDoc> {
  const def = await definitionOfVersion(db, tenantId, id);
  if (!def || !isKind(def, 'form')) throw new Error(`${id} is no form`);
  return def;
}

/**
 * Submits a request, once for each key; a repeat finds the one that is there. The content is checked and committed before the
 * workflow hears of it (I1): only its hash and the values that conditions name go into histories.
 * @throws DomainError ValidationFailed with every field, IdempotencyKeyReused
 */
export async function submitRequest(deps: RequestOpeningDeps, o: RequestOrder): Promise<RequestAnswer> {
  const { db } = deps;
  const pinned = await currentRequestPlan(db, o.tenantId, o.item);
  if (!pinned)
    throw new DomainError('ValidationFailed', 'The item is not in the catalogue.', [
      { path: 'body.item', message: `unknown item "${o.item}"` },
    ]);
  const { plan, planId } = pinned;
  const form = await formOfVersion(db, o.tenantId, plan.form);
  const filled = { tenantId: o.tenantId, form: plan.form, data: o.data, attachments: o.attachments };
  const { hash, attachments } = await checkContent(db, {
    ...filled,
    schema: form.schema,
    login: o.enteredBy ?? o.requester,
  });
  const { caseId } = await claimKey(db, {
    tenantId: o.tenantId,
    principal: o.by,
    key: o.key,
    requestHash: requestHash(o.item, o.title ?? null, o.data, o.attachments, o.requester, o.beneficiary),
    now: o.at,
    caseId: nextRequestId(db),
  });
  const before = await requestInside(db, caseId);
  if (before) return { view: before.view, projected: true };
  await storeContent(db, { ...filled, hash, by: o.by, at: o.at });
  await claimAttachments(db, {
    tenantId: o.tenantId,
    caseId,
    by: o.enteredBy ?? o.requester,
    ids: attachments,
    visibility: 'public',
    at: o.at,
  });
  const { locale, ...person } = await personFacts(db, o.requester, o.tenantId);
  const opening: RequestOpening = {
    id: caseId,
    number: Number(caseId.slice(4)),
    tenantId: o.tenantId,
    title: o.title ?? (await titleOf(db, o, locale)),
    requester: o.requester,
    beneficiary: o.beneficiary,
    ...(o.enteredBy !== undefined && { enteredBy: o.enteredBy }),
    channel: o.channel,
    person,
    content: { hash, facts: factsOf(plan.facts, o.data) },
    ...(o.parent && { parent: o.parent }),
    ...(o.follows !== undefined && { follows: o.follows }),
    plan,
    planId,
  };
  return deps.requests.open(opening);
}

/** Title of the item in the requester's language. */
async function titleOf(db: Knex, o: RequestOrder, locale: string): Promise<string> {
  const item = ofKind(await currentDefinitions(db, o.tenantId), 'catalogue-item').find((i) => i.name === o.item);
  return item?.title[locale.startsWith('zh') ? 'zh-CN' : 'en'] ?? o.item;
}
