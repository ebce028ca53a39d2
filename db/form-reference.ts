import type { Knex } from 'knex';
import type { FormFault, FormReference } from '../domain/form';
import { ofKind } from '../domain/process-def';
import { currentDefinitions } from './definitions';

/** Who fills in a form, and for which case. */
export interface FormAuthor {
  tenantId: string;
  /** Login: attachments have to be his. */
  by: string;
  /** Case whose attachments may be named again; null while there is none. */
  caseId: string | null;
}

interface Existing {
  person: ReadonlySet<string>;
  service: ReadonlySet<string>;
  team: ReadonlySet<string>;
  /** Id → type. */
  ci: ReadonlyMap<string, string>;
  attachments: ReadonlySet<string>;
}

const WORDS: Record<FormReference['widget'], [keyword: string, message: string]> = {
  person: ['no-person', 'is nobody who works in or for this tenant'],
  service: ['no-service', 'is no service of this tenant'],
  ci: ['no-ci', 'is no configuration item of this tenant that is in use'],
  team: ['no-team', 'is no team of this tenant'],
  attachments: ['no-attachment', 'is no attachment that you have uploaded, or not one for this case'],
};

async function column(query: Promise<{ rows: { name: string }[] }>): Promise<Set<string>> {
  return new Set((await query).rows.map((row) => row.name));
}

/** Active people of the tenant, and staff who hold a role in it. */
const people = (db: Knex, tenantId: string, logins: string[]) =>
  column(
    db.raw(
      `select p.login as name from person p where p.login = any(:logins) and p.active and (p.tenant_id = :tenantId
         or exists (select from role_grant g where g.person_id = p.id and g.tenant_id in (:tenantId, '*')))`,
      { logins, tenantId },
    ),
  );

const teams = (db: Knex, tenantId: string, names: string[]) =>
  column(
    db.raw(`select name from team where name = any(:names) and tenant_id in (:tenantId, '*')`, { names, tenantId }),
  );

const attachments = (db: Knex, { tenantId, by, caseId }: FormAuthor, ids: string[]) =>
  column(
    db.raw(
      `select id::text as name from attachment where id::text = any(:ids)
         and ((uploaded_by = :by and case_id is null and used_at is null)
           or (case_id = :caseId and tenant_id = :tenantId and (uploaded_by = :by or used_at is not null)))`,
      { ids, by, caseId, tenantId },
    ),
  );

async function items(db: Knex, tenantId: string, ids: string[]): Promise<Map<string, string>> {
  const rows: { id: string; type: string }[] = await db('ci')
    .where('tenant_id', tenantId)
    .whereIn('id', ids)
    .whereNot('status', 'retired')
    .select('id', 'type');
  return new Map(rows.map((row) => [row.id, row.type]));
}

async function existing(db: Knex, author: FormAuthor, references: readonly FormReference[]): Promise<Existing> {
  const of = (widget: FormReference['widget']) => [
    ...new Set(references.filter((r) => r.widget === widget).map((r) => r.value)),
  ];
  const { tenantId } = author;
  const ask = async <T>(
    widget: FormReference['widget'],
    query: (names: string[]) => Promise<T>,
    none: T,
  ): Promise<T> => {
    const names = of(widget);
    return names.length === 0 ? none : query(names);
  };
  const services = async () =>
    new Set(ofKind(await currentDefinitions(db, tenantId), 'service').map((service) => service.name));
  return {
    person: await ask('person', (names) => people(db, tenantId, names), new Set<string>()),
    service: await ask('service', services, new Set<string>()),
    team: await ask('team', (names) => teams(db, tenantId, names), new Set<string>()),
    ci: await ask('ci', (names) => items(db, tenantId, names), new Map<string, string>()),
    attachments: await ask('attachments', (names) => attachments(db, author, names), new Set<string>()),
  };
}

/** The references that name nothing the author may name: what does not exist and what he may not see look the same (I10). */
export async function referenceFaults(
  db: Knex,
  author: FormAuthor,
  references: readonly FormReference[],
): Promise<FormFault[]> {
  const found = await existing(db, author, references);
  return references.flatMap(({ path, widget, value, ciType }) => {
    const there =
      widget === 'ci'
        ? found.ci.has(value) && (ciType === null || found.ci.get(value) === ciType)
        : found[widget].has(value);
    const [keyword, message] = WORDS[widget];
    const typed = widget === 'ci' && ciType !== null ? `${message}, of the type ${ciType}` : message;
    return there ? [] : [{ path, keyword, limit: null, message: typed }];
  });
}
