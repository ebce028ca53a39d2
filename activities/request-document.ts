import type { Knex } from 'knex';
import { attachmentNames } from '../db/attachment-names';
import { currentDefinitions } from '../db/definitions';
import { requestDocument } from '../db/document';
import { namesOf, readerOf } from '../db/fault-report';
import { personOfLogin } from '../db/person';
import { requestInside } from '../db/request';
import { contentOf } from '../db/request-content';
import { type DocumentView, REQUEST_DOCUMENTS, type RequestDocument } from '../domain/document';
import { referencesIn } from '../domain/form';
import { ofKind } from '../domain/process-def';
import type { DocumentMaker } from './request-action-run';
import type { RequestFile } from './request-document-content';
import { formOfVersion } from './request-opening-client';

/** What a document of a request says, read when it is rendered. @throws Error when the request or its content is not there */
export async function loadRequestFile(db: Knex, document: DocumentView, kind: RequestDocument): Promise<RequestFile> {
  const { caseId, tenantId, locale, zone } = document;
  const view = (await requestInside(db, caseId))?.view;
  const filled = view && (await contentOf(db, tenantId, view.content.hash));
  if (!view || view.tenantId !== tenantId || !filled) throw new Error(`${caseId} has no content`);
  const { schema } = await formOfVersion(db, tenantId, filled.form);
  const item = ofKind(await currentDefinitions(db, tenantId), 'catalogue-item').find((i) => i.name === view.item);
  const named = referencesIn(schema, filled.data);
  const people = named.filter((r) => r.widget === 'person').map((r) => r.value);
  const files = named.filter((r) => r.widget === 'attachments').map((r) => r.value);
  const voters = view.approvals.flatMap((a) => a.approvers.map((x) => x.login));
  return {
    kind,
    view,
    schema,
    data: filled.data,
    itemTitle: item?.title[locale] ?? view.item,
    names: await namesOf(db, [view.requester, view.beneficiary, ...people, ...voters]),
    files: await attachmentNames(db, caseId, files),
    locale,
    zone,
    now: new Date().toISOString(),
  };
}

/** Makes documents that automatic steps ask for, in the requester's language and zone. */
export function requestDocumentMaker(db: Knex): DocumentMaker {
  return {
    kinds: REQUEST_DOCUMENTS,
    async request({ kind, caseId, ...order }) {
      const known = REQUEST_DOCUMENTS.find((k) => k === kind);
      if (!known) throw new Error(`no document "${kind}" can be made of a request`);
      const requester = (await requestInside(db, caseId))?.view.requester ?? '';
      const person = await personOfLogin(db, 'all', requester);
      const reader = await readerOf(db, person?.id ?? null);
      await requestDocument(db, { ...order, ...reader, kind: known, caseId });
    },
  };
}
