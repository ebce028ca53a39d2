import type { Knex } from 'knex';
import { issueSecret } from '../adapters/identity/secret';
import { addApprovalLink } from '../db/approval-link';
import type { Recipient } from '../db/contact';
import type { DuePage } from '../db/page-send';
import { stepKind, stepOfPage } from '../domain/page-step';

/**
 * One-time links for the pages that ask this person for a vote, by key of page: `PUBLIC_URL/approve/<token>`. Bound to person,
 * case, step, visit and the content as it is now (I5); a mail that is sent again gets new ones, of which one works.
 */
export async function approvalLinks(
  db: Knex,
  { id, login }: Pick<Recipient, 'id' | 'login'>,
  pages: readonly DuePage[],
  publicUrl: string,
): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  for (const page of pages) {
    const step = stepOfPage(page.step);
    const approval = page.request?.approvals.findLast((a) => a.step === step && a.state === 'running');
    if (stepKind(page.step) !== 'vote' || !approval?.approvers.some((a) => a.login === login && a.state === 'asked'))
      continue;
    const { secret, hash } = issueSecret('approve');
    const { visit, shown, dueAt: expiresAt } = approval;
    const { tenantId, caseId } = page;
    await addApprovalLink(db, { hash, tenantId, personId: id, caseId, step, visit, shown, expiresAt });
    links.set(page.key, `${publicUrl}/approve/${secret}`);
  }
  return links;
}
