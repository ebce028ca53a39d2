import type { Knex } from 'knex';
import { referenceFaults } from '../../db/form-reference';
import { contentHash } from '../../db/request-content';
import { DomainError } from '../../domain/errors';
import { type FormFault, type FormNode, type FormReference, referencesIn } from '../../domain/form';
import { checkFormData } from './check';

export { storeContent } from '../../db/request-content';

/** What somebody has filled in, with the form that judges it. */
export interface FilledForm {
  tenantId: string;
  /** `form/<name>@<version>`, as plans name it. */
  form: string;
  /** JSON Schema of that version. */
  schema: FormNode;
  data: Record<string, unknown>;
  /** Ids of attachments beside those that stand in fields. */
  attachments: readonly string[];
  /** Who fills it in: attachments have to be his. */
  login: string;
  /** Case whose attachments may be named again; absent while there is none. */
  caseId?: string;
}

const attached = (ids: readonly string[]): FormReference[] =>
  ids.map((value, i) => ({ path: `/attachments/${i}`, widget: 'attachments', value, ciType: null }));

/** Everything that is wrong with what was filled in: by its schema, and names that lead nowhere. Stores nothing. */
export async function contentFaults(db: Knex, filled: FilledForm): Promise<FormFault[]> {
  const { tenantId, schema, data, login, caseId } = filled;
  const author = { tenantId, by: login, caseId: caseId ?? null };
  const faults = checkFormData(schema, data);
  const wrong = new Set(faults.map((f) => f.path));
  const inFields = referencesIn(schema, data).filter((r) => !wrong.has(r.path));
  const references = await referenceFaults(db, author, [...inFields, ...attached(filled.attachments)]);
  return [...faults, ...references];
}

/**
 * Judges what was filled in before it is kept and before any workflow hears of it (I1, I5).
 * @returns its hash, and every attachment it names (those in fields too), to be claimed for the case
 * @throws DomainError ValidationFailed with every field: `path` is a JSON pointer into the data, with `keyword` and `limit`
 * for words in any language; attachments beside the fields are `/attachments/<n>`
 */
export async function checkContent(db: Knex, filled: FilledForm): Promise<{ hash: string; attachments: string[] }> {
  const faults = await contentFaults(db, filled);
  if (faults.length > 0) throw new DomainError('ValidationFailed', 'The form is not filled in correctly.', faults);
  const { form, schema, data, attachments } = filled;
  const inFields = referencesIn(schema, data).flatMap((r) => (r.widget === 'attachments' ? [r.value] : []));
  return { hash: contentHash({ form, data, attachments }), attachments: [...new Set([...attachments, ...inFields])] };
}
