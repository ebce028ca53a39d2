import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { inspectAttachment } from '../../adapters/attachment/inspect';
import { issueSecret } from '../../adapters/identity/secret';
import { addApprovalLink } from '../../db/approval-link';
import { storeAttachment } from '../../db/attachment';
import { contentHash, storeContent } from '../../db/request-content';
import { approval, projectRequest, requestViewOf } from './approval-fixture';
import { addCaller } from './identity';

/** Approvals of tenant `own` and links that decide them, for the endpoint × role × tenant test. */
export function approvalThings(db: Knex, marker: string) {
  let number = 900_000;
  return {
    /** Token of a link, good for one of its own each time, and a file of what it is about. */
    async approvalLink(): Promise<{ token: string; id: string }> {
      number += 1;
      const caseId = `REQ-${number}`;
      const login = `voter-${randomUUID()}`;
      const { personId } = await addCaller(db, { login, tenantId: 'own', grants: [] });
      const at = new Date().toISOString();
      const file = await inspectAttachment(`${marker}.txt`, Buffer.from(marker));
      const { id } = await storeAttachment(db, { ...file, tenantId: 'own', caseId, by: 'x', at, purpose: 'mail' });
      const content = { form: 'form/none@1', data: { title: marker }, attachments: [id] };
      const shown = contentHash(content);
      await storeContent(db, { ...content, tenantId: 'own', hash: shown, by: 'x', at });
      const view = requestViewOf({
        id: caseId,
        tenantId: 'own',
        title: marker,
        content: { hash: shown, revision: 1, form: content.form },
      });
      await projectRequest(db, { ...view, approvals: [approval([login], { shown, dueAt: null })] });
      const { secret, hash } = issueSecret('approve');
      const about = { caseId, step: 'manager', visit: 1, shown, expiresAt: null };
      await addApprovalLink(db, { ...about, hash, tenantId: 'own', personId });
      return { token: secret, id };
    },
  };
}
