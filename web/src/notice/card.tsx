import { InfoCircleOutlined, ToolOutlined, WarningOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useServiceName } from '../incident/badges';
import { caseHref } from '../request/case-href';
import type { Language } from '../theme/preferences';
import { Instant, useViewer } from '../time/viewer';
import type { Notice } from './queries';
import './notice.css';

const ICONS: Record<Notice['kind'], ReactNode> = {
  info: <InfoCircleOutlined aria-hidden />,
  maintenance: <ToolOutlined aria-hidden />,
  incident: <WarningOutlined aria-hidden />,
};

/** A text in the viewer's language, or in the other one. */
export function textIn(text: Notice['title'], language: Language): { text: string; language: Language } | null {
  const other: Language = language === 'en' ? 'zh-CN' : 'en';
  const found = ([language, other] as const).find((l) => text[l] !== null);
  return found === undefined ? null : { text: text[found] ?? '', language: found };
}

/** A longer text is folded: a board shows many. */
const FOLDED = 240;

function Body({ body, shown }: { body: Notice['body']; shown: Language }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const [open, setOpen] = useState(false);
  const said = textIn(body, language);
  if (said === null) return null;
  const long = said.text.length > FOLDED;
  return (
    <>
      <p className={long && !open ? 'notice-body notice-folded' : 'notice-body'} dir="auto" lang={said.language}>
        {said.text}
      </p>
      {said.language !== language && said.language !== shown && <OnlyIn language={said.language} />}
      {long && (
        <Button type="link" size="small" className="notice-more" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t(open ? 'board.less' : 'board.more')}
        </Button>
      )}
    </>
  );
}

function OnlyIn({ language }: { language: Language }) {
  const { t } = useTranslation();
  return <small className="quiet notice-only"> ({t(`board.onlyIn.${language}`)})</small>;
}

/** One notice as its readers see it. */
export function NoticeCard({ notice: n, foot }: { notice: Notice; foot?: ReactNode }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const service = useServiceName();
  const heading = useId();
  const title = textIn(n.title, language);
  if (title === null) return null;
  return (
    <article className={`card notice notice-${n.kind}`} aria-labelledby={heading}>
      <div className="notice-top">
        <span className="notice-kind">
          {ICONS[n.kind]} {t(`board.kind.${n.kind}`)}
        </span>
        {n.pinned && <small className="quiet">· {t('board.pinned')}</small>}
        <span className="spring" />
        <small className="quiet">
          <Instant at={n.startsAt} />
          {n.endsAt !== null && (
            <>
              {' '}
              {t('board.until')} <Instant at={n.endsAt} />
            </>
          )}
        </small>
      </div>
      <h3 id={heading} dir="auto" lang={title.language}>
        {title.text}
        {title.language !== language && <OnlyIn language={title.language} />}
      </h3>
      <Body body={n.body} shown={title.language} />
      {(n.service !== null || n.caseId !== null) && (
        <small className="quiet">
          {n.service !== null && t('board.service', { service: service(n.service) })}
          {n.service !== null && n.caseId !== null && ' · '}
          {n.caseId !== null && <Link to={caseHref(n.caseId)}>{n.caseId}</Link>}
        </small>
      )}
      {foot}
    </article>
  );
}
