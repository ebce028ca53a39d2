import { Button, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RequestView } from '../../../domain/request-projection';
import { ProblemAlert } from '../form/problem-alert';
import { ChangedFields, FileLinks, FilledIn } from '../form-schema/filled';
import { Instant } from '../time/viewer';
import { useContent } from './queries';
import type { ContentHead, RequestContent } from './types';

function Attachments({ content }: { content: RequestContent }) {
  const { t } = useTranslation();
  const within = JSON.stringify(content.data);
  const loose = content.attachments.filter((id) => !within.includes(id));
  if (loose.length === 0) return null;
  return (
    <section>
      <h3>{t('schemaForm.files')}</h3>
      <FileLinks ids={loose} files={content.files ?? []} />
    </section>
  );
}

interface EarlierProps {
  request: RequestView;
  head: ContentHead;
  now: RequestContent;
}

/** An earlier content: what differed from the present one, or all of it. */
function Earlier({ request, head, now }: EarlierProps) {
  const { t } = useTranslation();
  const [whole, setWhole] = useState(false);
  const found = useContent(request.id, head.hash);
  const files = [...(now.files ?? []), ...(found.data?.files ?? [])];
  if (found.isPending) return <Skeleton active />;
  if (found.data === undefined) return <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />;
  const sameForm = head.form.split('@')[0] === now.form.split('@')[0];
  return (
    <>
      {sameForm && !whole ? (
        <>
          <p className="quiet">{t('request.changedSince')}</p>
          <ChangedFields before={found.data} after={now} files={files} />
        </>
      ) : (
        <FilledIn schema={found.data.schema} data={found.data.data} files={files} />
      )}
      {sameForm && (
        <Button type="link" onClick={() => setWhole(!whole)}>
          {t(whole ? 'request.onlyChanges' : 'request.wholeContent')}
        </Button>
      )}
    </>
  );
}

function Others({ request, content }: { request: RequestView; content: RequestContent }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<string | null>(null);
  if (content.others.length === 0) return null;
  return (
    <section aria-labelledby="request-earlier">
      <h2 id="request-earlier">{t('request.earlier')}</h2>
      <ul className="request-revisions">
        {content.others.toReversed().map((head) => (
          <li key={head.hash}>
            <Button
              type="text"
              aria-expanded={open === head.hash}
              onClick={() => setOpen(open === head.hash ? null : head.hash)}
            >
              {t('request.filledBy', { person: head.createdBy })} <Instant at={head.createdAt} />
            </Button>
            {open === head.hash && <Earlier request={request} head={head} now={content} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What was filled in, and what it said before. */
export function RequestContentView({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  const found = useContent(request.id, request.content.hash);
  if (found.isPending) return <Skeleton active />;
  if (found.data === undefined) return <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />;
  const content = found.data;
  return (
    <section className="request-content" aria-label={t('request.content')}>
      <p className="quiet">
        {t('request.revision', { n: request.content.revision })} ·{' '}
        {t('request.filledBy', { person: content.createdBy })} <Instant at={content.createdAt} />
      </p>
      <FilledIn schema={content.schema} data={content.data} files={content.files ?? []} />
      <Attachments content={content} />
      <Others request={request} content={content} />
    </section>
  );
}
