import {
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
import type { RequestView } from '../../../domain/request-projection';
import { ProblemAlert } from '../form/problem-alert';
import { Outcome, pageWho, useMethodName } from '../incident/outcome';
import { type Fold, filterStory, foldStory, type StoryEntry, type StorySource } from '../incident/story';
import type { Page } from '../incident/types';
import { clockTime, dayHeading } from '../time/format';
import { useNow } from '../time/now';
import { Ago, useViewer } from '../time/viewer';
import { EventLine } from './event-line';
import { useRequestPages, useRequestTimeline } from './queries';
import { plainPage, requestStory } from './story';
import { usePageName, useRequestWords } from './use-words';
import '../incident/story.css';

const ICONS: Record<Exclude<StorySource, 'alerts'>, ReactNode> = {
  people: <UserOutlined />,
  notes: <CommentOutlined />,
  promises: <FieldTimeOutlined />,
  pages: <BellOutlined />,
  system: <DesktopOutlined />,
};
type Source = keyof typeof ICONS;
const SOURCES = Object.keys(ICONS) as Source[];

interface Telling {
  request: RequestView;
  ledger: readonly Page[];
}

function Paged({ entry, request }: { entry: StoryEntry & { type: 'page' }; request: RequestView }) {
  const { t } = useTranslation();
  const name = usePageName(request);
  const method = useMethodName();
  return (
    <>
      <p>{name(entry.step)}</p>
      <ul className="story-pages">
        {entry.pages.map((p) => (
          <li key={p.key}>
            {pageWho(p, t)}
            {p.method === null ? null : ` · ${method(p.method)}`} · <Outcome page={plainPage(p)} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Entry({ entry, request, ledger }: { entry: StoryEntry } & Telling) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const words = useRequestWords(request, useNow(60), ledger);
  const at = new Date(entry.at).toISOString();
  if (entry.type === 'alert' || entry.source === 'alerts') return null;
  const internal = entry.type === 'event' && entry.event.body.visibility === 'internal' ? ' story-internal' : '';
  return (
    <li className={`story-entry story-from-${entry.source}${internal}`}>
      <span className="story-icon" title={t(`story.${entry.source}`)}>
        {ICONS[entry.source]}
      </span>
      <div className="story-body">
        {entry.type === 'event' ? (
          <EventLine event={entry.event} words={words(entry.event)} />
        ) : (
          <Paged entry={entry} request={request} />
        )}
      </div>
      <div className="story-time">
        <time dateTime={at}>{clockTime(entry.at, viewer)}</time>
        <small>
          <Ago at={at} />
        </small>
      </div>
    </li>
  );
}

function Folded({ fold, ...telling }: { fold: Fold } & Telling) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
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
      {open && fold.entries.map((e) => <Entry key={e.key} entry={e} {...telling} />)}
    </>
  );
}

/** So many entries are drawn at a time. */
const STRETCH = 100;

function Days({ entries, ...telling }: { entries: (StoryEntry | Fold)[] } & Telling) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const [shown, setShown] = useState(STRETCH);
  const dayOf = (e: StoryEntry | Fold) => dayHeading(e.type === 'fold' ? (e.entries[0]?.at ?? 0) : e.at, viewer);
  return (
    <ol className="story">
      {entries.slice(0, shown).map((e, i) => {
        const before = entries[i - 1];
        const day = dayOf(e);
        return (
          <Fragment key={e.key}>
            {(before === undefined || dayOf(before) !== day) && (
              <li className="story-day">
                {day} <span>({viewer.zone})</span>
              </li>
            )}
            {e.type === 'fold' ? <Folded fold={e} {...telling} /> : <Entry entry={e} {...telling} />}
          </Fragment>
        );
      })}
      {entries.length > shown && (
        <li className="story-fold">
          <Button type="link" onClick={() => setShown(shown + STRETCH)}>
            {t('story.more', { count: entries.length - shown })}
          </Button>
        </li>
      )}
    </ol>
  );
}

/** Everything that happened to a request, newest first, noise folded; who was told and with what outcome in between. */
export function RequestStory({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState<Source[]>([]);
  const timeline = useRequestTimeline(request.id);
  const pages = useRequestPages(request.id, true);
  const entries = requestStory(timeline.data ?? [], pages.data ?? []);
  const shown = filterStory(entries, wanted);
  const failed = [timeline, pages].find((q) => q.isError);
  const toggle = (s: Source) => setWanted(wanted.includes(s) ? wanted.filter((w) => w !== s) : [...wanted, s]);
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
      {timeline.isPending ? (
        <Skeleton active />
      ) : (
        <Days entries={wanted.length === 0 ? foldStory(shown) : shown} request={request} ledger={pages.data ?? []} />
      )}
      {timeline.isSuccess && shown.length === 0 && <p className="quiet">{t('story.nothing')}</p>}
    </section>
  );
}
