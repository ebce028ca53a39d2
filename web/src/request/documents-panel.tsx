import { Spin } from 'antd';
import { useTranslation } from 'react-i18next';
import { fileSize } from '../attachment/size';
import { Panel } from '../case/panel';
import { type CaseDocument, documentUrl } from '../report/queries';
import { Instant, useViewer } from '../time/viewer';
import { useRequestDocuments } from './queries';

function Row({ document: d }: { document: CaseDocument }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const what = t('request.documentWhat', {
    kind: t(`request.documentKind.${d.kind}`),
    format: d.format.toUpperCase(),
    language: t(`report.language.${d.locale}`),
  });
  return (
    <li>
      {d.state === 'ready' && d.name !== null ? (
        <a href={documentUrl(d.id)} download={d.name}>
          {what}
        </a>
      ) : (
        <span>
          {(d.state === 'queued' || d.state === 'rendering') && <Spin size="small" />} {what}:{' '}
          <span className={d.state === 'failed' ? 'broken' : 'quiet'}>{t(`report.documentState.${d.state}`)}</span>
        </span>
      )}
      <small>
        <Instant at={d.requestedAt} />
        {d.size !== null && <> · {fileSize(d.size, language)}</>}
        {d.error !== null && <> · {d.error}</>}
      </small>
    </li>
  );
}

/** Documents that were made of the request; nothing at all while there are none. */
export function DocumentsPanel({ id }: { id: string }) {
  const { t } = useTranslation();
  const items = useRequestDocuments(id).data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Panel title={t('request.documents')}>
      <ul className="files">
        {items.map((d) => (
          <Row key={d.id} document={d} />
        ))}
      </ul>
    </Panel>
  );
}
