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
import { EventBody } from '../case/event-body';
import { ProblemAlert } from '../form/problem-alert';
import { clockTime, dayHeading } from '../time/format';
import { useNow } from '../time/now';
import { Ago, useViewer } from '../time/viewer';
import { Outcome, pageWho, useMethodName } from './outcome';
import { useAlerts, usePages, useTimeline } from './queries';
import { type Fold, filterStory, foldStory, type StoryEntry, type StorySource, storyOf } from './story';
import { useEventWords, useStepName } from './story-words';
import type { Alert, Page } from './types';
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

/** A name for an alert: its own, with the instance it speaks of. */
export function alertName(a: Alert): string {
  const { alertname, instance } = a.labels;
  return [alertname ?? a.fingerprint, instance].filter(Boolean).join(' · ');
}

/** What an entry is told with. */
interface Telling {
  id: string;
  ledger: readonly Page[];
  service: string;
}

function PagesBody({ entry }: { entry: StoryEntry & { type: 'page' } }) {
  const { t } = useTranslation();
  const step = useStepName();
  const method = useMethodName();
  return (
    <>
      <p>{t('story.paged', { step: step(entry.step, entry.level) })}</p>
      <ul className="story-pages">
        {entry.pages.map((p) => (
          <li key={p.key}>
            {pageWho(p, t)}
            {p.method === null ? null : ` · ${method(p.method)}`} · <Outcome page={p} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Body({ entry, id, ledger, service }: { entry: StoryEntry } & Telling) {
  const { t } = useTranslation();
  const now = useNow(60);
  const words = useEventWords(now, ledger, service);
  if (entry.type === 'page') return <PagesBody entry={entry} />;
  if (entry.type === 'event') return <EventBody caseId={id} event={entry.event} words={words(entry.event)} />;
  return (
    <p>
      {t(`story.${entry.change}`)}: <b dir="auto">{alertName(entry.alert)}</b>
    </p>
  );
}

const isInternal = (entry: StoryEntry) =>
  entry.type === 'event' && entry.event.kind === 'noted' && entry.event.body.visibility === 'internal';

function Entry({ entry, ...telling }: { entry: StoryEntry } & Telling) {
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
      <div className="story-body">
        <Body entry={entry} {...telling} />
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

function Folded({ fold, ...telling }: { fold: Fold } & Telling) {
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
      {open && fold.entries.slice(0, shown).map((e) => <Entry key={e.key} entry={e} {...telling} />)}
      {open && fold.entries.length > shown && <Rest left={fold.entries.length - shown} onMore={more} />}
    </>
  );
}

function Days({ entries, ...telling }: { entries: (StoryEntry | Fold)[] } & Telling) {
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
            {e.type === 'fold' ? <Folded fold={e} {...telling} /> : <Entry entry={e} {...telling} />}
          </Fragment>
        );
      })}
      {entries.length > shown && <Rest left={entries.length - shown} onMore={more} />}
    </ol>
  );
}

/** Everything that happened: events, pages and alerts in one line of time, newest first, noise folded. */
export function Story({ id, service }: { id: string; service: string }) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState<StorySource[]>([]);
  const timeline = useTimeline(id);
  const pages = usePages(id);
  const alerts = useAlerts(id);
  const entries = storyOf(timeline.data ?? [], pages.data ?? [], alerts.data ?? []);
  const shown = filterStory(entries, wanted);
  const failed = [timeline, pages, alerts].find((q) => q.isError);
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
      {timeline.isPending ? (
        <Skeleton active />
      ) : (
        <Days
          entries={wanted.length === 0 ? foldStory(shown) : shown}
          id={id}
          ledger={pages.data ?? []}
          service={service}
        />
      )}
      {timeline.isSuccess && shown.length === 0 && <p className="quiet">{t('story.nothing')}</p>}
    </section>
  );
}
