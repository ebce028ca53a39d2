import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { fileSize } from '../attachment/size';
import { contentUrl } from '../attachment/upload';
import { useServiceName } from '../incident/badges';
import { Instant, useViewer } from '../time/viewer';
import type { KnownFile } from './context';
import { changesOf, type ReadValue, sectionsOf } from './reading';
import type { FormSchema } from './schema';
import './filled.css';

interface ValueProps {
  value: ReadValue;
  files: readonly KnownFile[];
}

/** Files by their names; one that is not known by its id. */
export function FileLinks({ ids, files }: { ids: readonly string[]; files: readonly KnownFile[] }) {
  const { language } = useViewer();
  return (
    <ul className="files">
      {ids.map((id) => {
        const file = files.find((f) => f.id === id);
        return (
          <li key={id}>
            <a href={file?.href ?? contentUrl(id)} download={file?.name ?? id} dir="auto">
              {file?.name ?? id}
            </a>
            {file !== undefined && <small> {fileSize(file.size, language)}</small>}
          </li>
        );
      })}
    </ul>
  );
}

function Table({ rows, files }: { rows: (ReadValue & { kind: 'table' })['rows']; files: readonly KnownFile[] }) {
  const columns = [...new Map(rows.flatMap((row) => row.map((f) => [f.title, f.title]))).keys()];
  return (
    <div className="filled-table">
      <table>
        <thead>
          <tr>
            {columns.map((c) => (
              <th key={c} scope="col">
                {c}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {columns.map((c) => {
                const field = row.find((f) => f.title === c);
                return <td key={c}>{field === undefined ? '–' : <Value value={field.value} files={files} />}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Value({ value, files }: ValueProps): ReactNode {
  const { t } = useTranslation();
  const service = useServiceName();
  switch (value.kind) {
    case 'text':
      return <span dir="auto">{value.text}</span>;
    case 'yes-no':
      return t(value.yes ? 'schemaForm.yes' : 'schemaForm.no');
    case 'date-time':
      return <Instant at={value.at} />;
    case 'reference':
      return value.values.map((v) => (value.widget === 'service' ? service(v) : v)).join(', ');
    case 'files':
      return <FileLinks ids={value.ids} files={files} />;
    case 'table':
      return <Table rows={value.rows} files={files} />;
  }
}

interface FilledInProps {
  schema: FormSchema;
  data: unknown;
  /** Names and sizes of the files that the data and the request name. */
  files: readonly KnownFile[];
}

/** A form as it was filled in: its sections, to be read. What was left empty is not shown. */
export function FilledIn({ schema, data, files }: FilledInProps) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const sections = sectionsOf(schema, data, language);
  if (sections.length === 0) return <p className="quiet">{t('schemaForm.nothing')}</p>;
  return (
    <div className="filled">
      {sections.map((section) => (
        <section key={section.path}>
          {section.title !== null && <h3>{section.title}</h3>}
          <dl>
            {section.fields.map((field) => (
              <div key={field.path}>
                <dt>{field.title}</dt>
                <dd>
                  <Value value={field.value} files={files} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

interface ChangedProps {
  before: { schema: FormSchema; data: unknown };
  after: { schema: FormSchema; data: unknown };
  files: readonly KnownFile[];
}

/** What has changed from one revision to the next, field by field. */
export function ChangedFields({ before, after, files }: ChangedProps) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const changes = changesOf(before, after, language);
  if (changes.length === 0) return <p className="quiet">{t('schemaForm.same')}</p>;
  return (
    <ul className="filled-changes">
      {changes.map((c) => (
        <li key={c.path}>
          <span className="quiet">{c.section === null ? c.title : `${c.section} › ${c.title}`}</span>
          <div>
            <span className="filled-was">
              <span className="sr-only">{t('schemaForm.was')} </span>
              {c.before === null ? t('schemaForm.empty') : <Value value={c.before} files={files} />}
            </span>{' '}
            <span aria-hidden="true">→</span>{' '}
            <b>
              <span className="sr-only">{t('schemaForm.isNow')} </span>
              {c.after === null ? t('schemaForm.empty') : <Value value={c.after} files={files} />}
            </b>
          </div>
        </li>
      ))}
    </ul>
  );
}
