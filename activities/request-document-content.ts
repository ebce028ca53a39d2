import type { DocumentContent, DocumentLocale, DocumentPart, DocumentTable, RequestDocument } from '../domain/document';
import type { FormNode } from '../domain/form';
import type { RequestView } from '../domain/request-projection';
import type { Phrases } from './fault-report-content';
import { sayer } from './fault-report-content';

/** All that stands in a document of a request. */
export interface RequestFile {
  kind: RequestDocument;
  view: RequestView;
  /** JSON Schema of the form that was filled in. */
  schema: FormNode;
  data: Record<string, unknown>;
  /** Titles of the item and of the form, in the language of the document. */
  itemTitle: string;
  /** Names of people by login. */
  names: ReadonlyMap<string, string>;
  /** File names of attachments by id. */
  files: ReadonlyMap<string, string>;
  locale: DocumentLocale;
  /** IANA zone of every instant. */
  zone: string;
  /** When it is made, ISO 8601. */
  now: string;
}

/**
 * Parts of a form that belong into the opening form (R6.2); the capability document holds all others. A form without such a part
 * has everything in both.
 */
const OPENING = ['basics', 'summary', 'opening'];

const isNode = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const propertiesOf = (node: FormNode): [string, FormNode][] =>
  Object.entries(isNode(node.properties) ? node.properties : {}).filter((p): p is [string, FormNode] => isNode(p[1]));

/** Writes the document: overview, every part that was filled in, decisions, signatures. */
export function requestDocumentContent(f: RequestFile, phrases: Phrases): DocumentContent {
  const say = sayer(f.locale, f.zone, phrases);
  const title = say.phrase(`title.${f.kind}`);
  const writer = new FormWriter(f, say.phrase('none'), say.phrase('yes'), say.phrase('no'));
  const sections = propertiesOf(f.schema).filter(([key]) => isNode(f.data[key]) && isOf(f, key));
  return {
    locale: f.locale,
    fileName: `${f.view.id}-${title
      .replaceAll(/[《》]/g, '')
      .replaceAll(' ', '-')
      .toLowerCase()}`,
    title,
    subject: `${f.view.id} ${f.view.title}`,
    parts: [
      overview(f, say),
      ...sections
        .map(([key, node]) => writer.part(node, f.data[key] as Record<string, unknown>, key))
        .map((part, i) => ({ ...part, heading: renumbered(part.heading, i) })),
      decisions(f, say),
    ],
    signatures: {
      heading: say.phrase('heading.signatures'),
      rows: ['applicant', 'department', 'operations', 'maintenance'].map((who) => ({
        role: say.phrase(`sign.${who}`),
        name: say.phrase('sign.name'),
        date: say.phrase('sign.date'),
      })),
    },
    footer: say.phrase('footer', {
      id: f.view.id,
      at: say.instant(f.now),
      zone: f.zone,
      hash: f.view.content.hash.slice(0, 16),
    }),
  };
}

const NUMERALS = '一二三四五六七八九十';

/** A heading that the form has numbered, with its number in this document: a document may leave sections out. */
const renumbered = (heading: string, i: number): string =>
  heading.replace(/^[一二三四五六七八九十]+、/, `${NUMERALS[i] ?? i + 1}、`).replace(/^\d+ /, `${i + 1} `);

type Say = ReturnType<typeof sayer>;

function isOf({ kind, data }: RequestFile, key: string): boolean {
  if (!isNode(data.opening)) return true;
  return kind === 'opening' ? OPENING.includes(key) : key !== 'opening';
}

function overview(f: RequestFile, say: Say): DocumentPart {
  const { view } = f;
  const person = (login: string) => f.names.get(login) ?? login;
  const rows: [string, string][] = [
    ['id', view.id],
    ['item', f.itemTitle],
    ['requester', person(view.requester)],
    ...(view.beneficiary === view.requester ? [] : [['beneficiary', person(view.beneficiary)] as [string, string]]),
    ['created', say.instant(view.createdAt)],
    ['revision', say.phrase('revision', { n: view.content.revision })],
    ['state', say.phrase(`state.${view.state}`)],
  ];
  return {
    heading: say.phrase('heading.overview'),
    rows: rows.map(([name, text]) => ({ label: say.phrase(`fact.${name}`), text })),
    long: false,
    tables: [],
  };
}

/** Who has decided what when; votes that an edit has voided are not among them. */
function decisions(f: RequestFile, say: Say): DocumentPart {
  const rows = f.view.approvals
    .filter((a) => a.state !== 'voided')
    .flatMap((a) =>
      a.approvers
        .filter((x) => x.at !== null)
        .map((x) => [
          a.title[f.locale],
          f.names.get(x.login) ?? x.login,
          say.phrase(`vote.${x.state}`),
          say.orNone(x.at),
          x.comment ?? '',
        ]),
    );
  const columns = ['step', 'who', 'decision', 'at', 'comment'].map((c) => say.phrase(`column.${c}`));
  const empty = rows.length === 0;
  return {
    heading: say.phrase('heading.decisions'),
    rows: empty ? [{ label: say.phrase('heading.decisions'), text: say.phrase('none') }] : [],
    long: false,
    tables: empty ? [] : [{ heading: '', columns, rows, widths: [20, 16, 12, 26, 26] }],
  };
}

/** Sets what was filled in, by the titles of its form. */
class FormWriter {
  constructor(
    private readonly f: RequestFile,
    private readonly none: string,
    private readonly yes: string,
    private readonly no: string,
  ) {}

  part(node: FormNode, data: Record<string, unknown>, key: string): DocumentPart {
    const rows: DocumentPart['rows'] = [];
    const tables: DocumentTable[] = [];
    this.fields(node, data, rows, tables, '');
    return { heading: this.title(node, key), rows, long: true, tables };
  }

  private fields(
    node: FormNode,
    data: Record<string, unknown>,
    rows: DocumentPart['rows'],
    tables: DocumentTable[],
    prefix: string,
  ): void {
    for (const [key, field] of propertiesOf(node)) {
      const value = data[key];
      const label = `${prefix}${this.title(field, key)}`;
      if (isNode(value)) this.fields(field, value, rows, tables, `${label} · `);
      else if (this.isTable(field)) this.table(field, value, label, rows, tables);
      else rows.push({ label, text: this.text(field, value) });
    }
  }

  private isTable = (field: FormNode): boolean =>
    field.type === 'array' && isNode(field.items) && field.items.type === 'object';

  private table(
    field: FormNode,
    value: unknown,
    heading: string,
    rows: DocumentPart['rows'],
    tables: DocumentTable[],
  ): void {
    const entries = Array.isArray(value) ? value.filter(isNode) : [];
    if (entries.length === 0) return void rows.push({ label: heading, text: this.none });
    const columns = propertiesOf(isNode(field.items) ? field.items : {});
    tables.push({
      heading,
      columns: columns.map(([key, c]) => this.title(c, key)),
      rows: entries.map((entry) => columns.map(([key, c]) => this.text(c, entry[key]))),
      widths: columns.map(() => 100 / columns.length),
    });
  }

  private title(node: FormNode, key: string): string {
    const titles = node['x-title'];
    const text = isNode(titles) ? titles[this.f.locale] : undefined;
    return typeof text === 'string' ? text : key;
  }

  private text(field: FormNode, value: unknown): string {
    if (value === undefined || value === null || value === '') return this.none;
    if (typeof value === 'boolean') return value ? this.yes : this.no;
    if (Array.isArray(value)) {
      const items = isNode(field.items) ? field.items : {};
      const named = { ...items, 'x-widget': field['x-widget'] ?? items['x-widget'] };
      return value.length === 0 ? this.none : value.map((v) => this.text(named, v)).join('\n');
    }
    const options = field['x-options'];
    const option = isNode(options) ? options[String(value)] : undefined;
    if (isNode(option)) return String(option[this.f.locale] ?? value);
    if (field['x-widget'] === 'person') return this.f.names.get(String(value)) ?? String(value);
    if (field['x-widget'] === 'attachments') return this.f.files.get(String(value)) ?? String(value);
    return String(value);
  }
}
