import { Button, Segmented, Spin } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DOCUMENT_FORMATS, DOCUMENT_LOCALES, type DocumentFormat, type DocumentLocale } from '../../../domain/document';
import { fileSize } from '../attachment/size';
import { newKey } from '../form/key';
import { ProblemAlert } from '../form/problem-alert';
import type { Incident } from '../incident/types';
import { Instant, useViewer } from '../time/viewer';
import { type CaseDocument, documentUrl, useDocuments, useRequestDocument } from './queries';

function Row({ document: d, newest }: { document: CaseDocument; newest: boolean }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const what = `${d.format.toUpperCase()} · ${t(`report.language.${d.locale}`)}`;
  return (
    <li aria-live={newest ? 'polite' : undefined}>
      {d.state === 'ready' && d.name !== null ? (
        <a href={documentUrl(d.id)} download={d.name}>
          {t('report.download', { what })}
        </a>
      ) : (
        <span>
          {(d.state === 'queued' || d.state === 'rendering') && <Spin size="small" />} {what}:{' '}
          <span className={d.state === 'failed' ? 'broken' : 'quiet'}>{t(`report.documentState.${d.state}`)}</span>
        </span>
      )}
      <small>
        <Instant at={d.requestedAt} /> · {d.requestedBy}
        {d.size !== null && <> · {fileSize(d.size, language)}</>}
        {d.error !== null && <> · {d.error}</>}
      </small>
    </li>
  );
}

/** Has the report made as DOCX or PDF, in either language, and hands it out. */
export function ReportDocuments({ incident }: { incident: Pick<Incident, 'id'> }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const [locale, setLocale] = useState<DocumentLocale>(language);
  const documents = useDocuments(incident.id);
  const request = useRequestDocument(incident.id);
  const ask = (format: DocumentFormat) => request.mutate({ format, locale, key: newKey() });
  return (
    <section className="report-documents" aria-label={t('report.documents')}>
      <h3>{t('report.documents')}</h3>
      {request.isError && <ProblemAlert error={request.error} />}
      <div className="report-actions">
        <Segmented
          aria-label={t('report.inLanguage')}
          value={locale}
          onChange={setLocale}
          options={DOCUMENT_LOCALES.map((l) => ({ value: l, label: t(`report.language.${l}`) }))}
        />
        {DOCUMENT_FORMATS.map((format) => (
          <Button
            key={format}
            loading={request.isPending && request.variables.format === format}
            onClick={() => ask(format)}
          >
            {t('report.make', { format: format.toUpperCase() })}
          </Button>
        ))}
      </div>
      {documents.isError && <ProblemAlert error={documents.error} onRetry={() => void documents.refetch()} />}
      <ul className="files">
        {documents.data?.items.map((d, i) => (
          <Row key={d.id} document={d} newest={i === 0} />
        ))}
      </ul>
    </section>
  );
}
