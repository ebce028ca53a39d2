import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../form/problem-alert';
import type { Incident } from '../incident/types';
import { useMay } from '../session/session';
import { Instant, useViewer } from '../time/viewer';
import { useAttachments } from './queries';
import { fileSize } from './size';
import { contentUrl } from './upload';
import './attachment.css';

/** Files of a case, newest first; nothing at all while there are none. @param ids only these, as a note names them */
export function AttachmentList({ incident, ids }: { incident: Pick<Incident, 'id'>; ids?: readonly string[] }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const staff = useMay()('incident:read');
  const files = useAttachments(incident.id);
  if (files.isPending) return ids === undefined ? <Skeleton active paragraph={{ rows: 1 }} title={false} /> : null;
  if (files.data === undefined) return <ProblemAlert error={files.error} onRetry={() => void files.refetch()} />;
  const shown = files.data.items.filter((a) => ids?.includes(a.id) ?? true).toReversed();
  if (shown.length === 0) return null;
  return (
    <ul className="files" aria-label={t('attachment.title')}>
      {shown.map((a) => (
        <li key={a.id}>
          <a href={contentUrl(a.id)} download={a.name} dir="auto">
            {a.name}
          </a>
          <small>
            {fileSize(a.size, language)} · {a.uploadedBy} · <Instant at={a.uploadedAt} />
            {staff && a.visibility === 'public' && <> · {t('attachment.public')}</>}
          </small>
        </li>
      ))}
    </ul>
  );
}
