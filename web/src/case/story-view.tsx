import {
  AlertOutlined,
  BellOutlined,
  CommentOutlined,
  DesktopOutlined,
  FieldTimeOutlined,
  RightOutlined,
  UserOutlined,
} from '@ant-design/icons';
import { Button, Skeleton } from 'antd';
import { Fragment, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../form/problem-alert';
import { type Fold, filterStory, foldStory, type StoryEntry, type StorySource } from '../incident/story';
import { clockTime, dayHeading } from '../time/format';
import { Ago, useViewer } from '../time/viewer';
import './story.css';

const ICONS: Record<StorySource, ReactNode> = {
  people: <UserOutlined />,
  notes: <CommentOutlined />,
  promises: <FieldTimeOutlined />,
  pages: <BellOutlined />,
  alerts: <AlertOutlined />,
  system: <DesktopOutlined />,
};
const SOURCES = Object.keys(ICONS) as StorySource[];

/** What stands beside time and sign of an entry. */
export type Tell = (entry: StoryEntry) => ReactNode;

const isInternal = (entry: StoryEntry) => entry.type === 'event' && entry.event.body.visibility === 'internal';

function Entry({ entry, tell }: { entry: StoryEntry; tell: Tell }) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const at = new Date(entry.at).toISOString();
  const kind = entry.type === 'event' ? entry.event.kind : entry.type;
  const internal = isInternal(entry) ? ' story-internal' : '';
  return (
    <li className={`story-entry story-from-${entry.source} story-kind-${kind}${internal}`}>
      <span className="story-icon" title={t(`story.${entry.source}`)}>
        {ICONS[entry.source]}
      </span>
      <div className="story-body">{tell(entry)}</div>
      <div className="story-time">
        <time dateTime={at}>{clockTime(entry.at, viewer)}</time>
        <small>
          <Ago at={at} />
        </small>
      </div>
    </li>
  );
}

/** A storm has thousands of entries: so many are drawn at a time. */
const STRETCH = 100;
function useStretch(): [number, () => void] {
  const [shown, setShown] = useState(STRETCH);
  return [shown, () => setShown(shown + STRETCH)];
}

function Rest({ left, onMore }: { left: number; onMore: () => void }) {
  const { t } = useTranslation();
  return (
    <li className="story-fold">
      <Button type="link" onClick={onMore}>
        {t('story.more', { count: left })}
      </Button>
    </li>
  );
}

function Folded({ fold, tell }: { fold: Fold; tell: Tell }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [shown, more] = useStretch();
  return (
    <>
      <li className="story-fold">
        <Button
          type="text"
          size="small"
          aria-expanded={open}
          icon={<RightOutlined rotate={open ? 90 : 0} />}
          onClick={() => setOpen(!open)}
        >
          {SOURCES.map((s) => ({ s, n: fold.entries.filter((e) => e.source === s).length }))
            .filter(({ n }) => n > 0)
            .map(({ s, n }) => `${t(`story.${s}`)} ${n}`)
            .join(' · ')}
        </Button>
      </li>
      {open && fold.entries.slice(0, shown).map((e) => <Entry key={e.key} entry={e} tell={tell} />)}
      {open && fold.entries.length > shown && <Rest left={fold.entries.length - shown} onMore={more} />}
    </>
  );
}

function Days({ entries, tell }: { entries: (StoryEntry | Fold)[]; tell: Tell }) {
  const viewer = useViewer();
  const [shown, more] = useStretch();
  const dayOf = (e: StoryEntry | Fold) => dayHeading(e.type === 'fold' ? (e.entries[0]?.at ?? 0) : e.at, viewer);
  return (
    <ol className="story">
      {entries.slice(0, shown).map((e, i) => {
        const before = entries[i - 1];
        const day = dayOf(e);
        const heading = before === undefined || dayOf(before) !== day ? day : null;
        return (
          <Fragment key={e.key}>
            {heading !== null && (
              <li className="story-day">
                {heading} <span>({viewer.zone})</span>
              </li>
            )}
            {e.type === 'fold' ? <Folded fold={e} tell={tell} /> : <Entry entry={e} tell={tell} />}
          </Fragment>
        );
      })}
      {entries.length > shown && <Rest left={entries.length - shown} onMore={more} />}
    </ol>
  );
}

interface Load {
  isPending: boolean;
  isError: boolean;
  error: Error | null;
  refetch(): unknown;
}

/** The story of a case: one line of time, newest first, noise folded, narrowed by source. The first load is that of its events. */
export function StoryView({ entries, loads, tell }: { entries: StoryEntry[]; loads: Load[]; tell: Tell }) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState<StorySource[]>([]);
  const shown = filterStory(entries, wanted);
  const pending = loads[0]?.isPending ?? false;
  const failed = loads.find((q) => q.isError);
  const toggle = (s: StorySource) => setWanted(wanted.includes(s) ? wanted.filter((w) => w !== s) : [...wanted, s]);
  return (
    <section aria-label={t('story.title')}>
      <fieldset className="story-filter" aria-label={t('story.filter')}>
        {SOURCES.filter((s) => wanted.includes(s) || entries.some((e) => e.source === s)).map((s) => (
          <button type="button" key={s} aria-pressed={wanted.includes(s)} onClick={() => toggle(s)}>
            {ICONS[s]} {t(`story.${s}`)} <small>{entries.filter((e) => e.source === s).length}</small>
          </button>
        ))}
      </fieldset>
      {failed && <ProblemAlert error={failed.error} onRetry={() => void failed.refetch()} />}
      {pending ? <Skeleton active /> : <Days entries={wanted.length === 0 ? foldStory(shown) : shown} tell={tell} />}
      {!pending && !loads[0]?.isError && shown.length === 0 && <p className="quiet">{t('story.nothing')}</p>}
    </section>
  );
}
