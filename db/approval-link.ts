import type { Knex } from 'knex';
import type { RequestView } from '../domain/request-projection';

/** What a one-time link lets its person decide. Instants ISO 8601. */
export interface ApprovalLink {
  tenantId: string;
  caseId: string;
  step: string;
  visit: number;
  /** Hash of the content that the mail was about. */
  shown: string;
  person: { id: string; login: string; name: string; locale: string; zone: string; active: boolean };
  expiresAt: string | null;
  usedAt: string | null;
  decision: 'approve' | 'reject' | null;
}

/** A link to be kept; its token is never stored. */
export interface NewApprovalLink {
  hash: Buffer;
  tenantId: string;
  personId: string;
  caseId: string;
  step: string;
  visit: number;
  shown: string;
  expiresAt: string | null;
}

export async function addApprovalLink(db: Knex, link: NewApprovalLink): Promise<void> {
  await db('approval_link').insert({
    token_hash: link.hash,
    tenant_id: link.tenantId,
    person_id: link.personId,
    case_id: link.caseId,
    step: link.step,
    visit: link.visit,
    shown: link.shown,
    expires_at: link.expiresAt,
  });
}

/** A link with the request as it is now; undefined when the token is none of ours. */
export async function approvalLinkOf(
  db: Knex,
  hash: Buffer,
): Promise<{ link: ApprovalLink; view: RequestView } | undefined> {
  const found: { rows: { link: ApprovalLink; view: RequestView }[] } = await db.raw(
    `select json_build_object('tenantId', l.tenant_id, 'caseId', l.case_id, 'step', l.step, 'visit', l.visit, 'shown', l.shown,
       'person', json_build_object('id', p.id, 'login', p.login, 'name', p.display_name, 'locale', p.locale, 'zone', p.zone,
         'active', p.active),
       'expiresAt', l.expires_at, 'usedAt', l.used_at, 'decision', l.decision) as link, q.doc as view
     from approval_link l join person p on p.id = l.person_id join request q on q.id = l.case_id
     where l.token_hash = ?`,
    [hash],
  );
  return found.rows[0];
}

/** A decision was taken by this link: neither it nor another of the same question opens anything again. */
export async function redeemApprovalLink(
  db: Knex,
  hash: Buffer,
  used: { decision: 'approve' | 'reject'; at: string },
): Promise<void> {
  await db.raw(
    `update approval_link l set used_at = ?, decision = ? from approval_link mine
     where mine.token_hash = ? and l.used_at is null and l.person_id = mine.person_id and l.case_id = mine.case_id
       and l.step = mine.step and l.visit = mine.visit and l.shown = mine.shown`,
    [used.at, used.decision, hash],
  );
}
