import { PrinterOutlined } from '@ant-design/icons';
import { Button, Skeleton } from 'antd';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../form/problem-alert';
import { Outcome, pageWho, useMethodName } from '../incident/outcome';
import { PageTable } from '../incident/page-table';
import { usePages, useTimeline } from '../incident/queries';
import { useActorName, useStepName } from '../incident/story-words';
import type { Incident } from '../incident/types';
import { useClockName } from '../promise/names';
import { duration, fullInstant, shortInstant, type Viewer } from '../time/format';
import { useNow } from '../time/now';
import { Ago, Instant, useViewer } from '../time/viewer';
import { type Lane, type Reached, type Rung, type Scale, scaleOf, ticksOf, type Visit, visitsOf } from './page-story';
import { type PlannedLevel, type Trigger, usePlannedLevels } from './planned-levels';
import './page-story.css';

const MARKS: Record<Reached, string> = { delivered: '✓', due: '…', failed: '✕', nobody: '∅', superseded: '↷' };
const share = (n: number) => `${(n * 100).toFixed(2)}%`;

interface Drawn {
  visit: Visit;
  scale: Scale;
}

function Track({ lane, visit, scale }: Drawn & { lane: Lane }) {
  return (
    <span className="lane-track" aria-hidden="true">
      {lane.strokes.map(({ page, from, to }) => {
        const begin = scale.at(from);
        const end = scale.at(to ?? visit.to);
        const kind = page.outcome ?? 'due';
        return (
          <Fragment key={page.key}>
            <span className={`stroke-line stroke-${kind}`} style={{ left: share(begin), width: share(end - begin) }} />
            <span className={`stroke-mark stroke-${kind}`} style={{ left: share(end) }}>
              {MARKS[kind as Reached] ?? '·'}
            </span>
          </Fragment>
        );
      })}
      {visit.answered !== null && <span className="lane-answer" style={{ left: share(scale.at(visit.answered.at)) }} />}
    </span>
  );
}

/** The last strokes in words; of many reminders their number tells more than each of them. */
const TOLD = 3;

function LaneRow({ lane, ...drawn }: Drawn & { lane: Lane }) {
  const { t } = useTranslation();
  const method = useMethodName();
  const told = lane.strokes.slice(-TOLD);
  const first = lane.strokes[0]?.page;
  return (
    <li className={`lane lane-${lane.reached}`}>
      <span className="lane-who">{first ? pageWho(first, t) : t('pages.nobody')}</span>
      <Track lane={lane} {...drawn} />
      <span className="lane-outcome">
        {lane.strokes.length > TOLD && (
          <span className="quiet">{t('paging.earlier', { count: lane.strokes.length - TOLD })}</span>
        )}
        {told.map(({ page }) => (
          <span key={page.key}>
            {page.method === null ? null : `${method(page.method)}: `}
            <Outcome page={page} />
          </span>
        ))}
      </span>
    </li>
  );
}

function RungRow({ rung, ...drawn }: Drawn & { rung: Rung }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const step = useStepName();
  const after = (rung.from - drawn.visit.from) / 1000;
  return (
    <li className={`rung rung-${rung.reached}`}>
      <div className="rung-name">
        <b>{rung.step === 'reminder' ? t('paging.reminders', { count: rung.repeats }) : step(rung.step, rung.level)}</b>{' '}
        <small>
          {after < 1 ? t('paging.atOnce') : t('paging.after', { time: duration(after, language) })}
          {rung.reached === 'superseded' ? ` · ${t('paging.passed')}` : ''}
        </small>
      </div>
      <ul className="lanes">
        {rung.lanes.map((lane) => (
          <LaneRow key={lane.key} lane={lane} {...drawn} />
        ))}
      </ul>
    </li>
  );
}

/** `1 min 30 s`: a length of minutes drops its seconds elsewhere, between ticks they tell. */
function tickText(seconds: number, language: Viewer['language']): string {
  const rest = seconds < 3600 ? seconds % 60 : 0;
  if (seconds < 60 || rest === 0) return duration(seconds, language);
  return `${duration(seconds - rest, language)} ${duration(rest, language)}`;
}

function Axis({ visit, scale }: Drawn) {
  const { t } = useTranslation();
  const viewer = useViewer();
  return (
    <div className="axis" aria-hidden="true">
      <span className="axis-track">
        {ticksOf(visit, scale).map((k) => (
          <span key={k.seconds} className="axis-tick" style={{ left: share(k.at) }}>
            {k.seconds === 0 ? shortInstant(visit.from, visit.to, viewer) : `+${tickText(k.seconds, viewer.language)}`}
          </span>
        ))}
        {scale.brokenAt !== null && (
          <span className="axis-tick axis-break" style={{ left: share(scale.brokenAt) }}>
            ⋯ {t('paging.shorter')}
          </span>
        )}
      </span>
    </div>
  );
}

function Standing({ visit }: { visit: Visit }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const actor = useActorName();
  const after = (at: number) => duration((at - visit.from) / 1000, language);
  if (visit.answered !== null)
    return (
      <p className="kept">
        ✓ {t('paging.answered', { person: actor(visit.answered.by), time: after(visit.answered.at) })}{' '}
        <Instant at={new Date(visit.answered.at).toISOString()} />
      </p>
    );
  if (visit.ended !== null) return <p>{t('paging.endedUnanswered', { time: after(visit.ended.at) })}</p>;
  return <p className="broken">! {t('paging.unanswered', { time: after(visit.to) })}</p>;
}

interface VisitStoryProps {
  visit: Visit;
  only: boolean;
  levels: readonly PlannedLevel[];
}

function VisitStory({ visit, only, levels }: VisitStoryProps) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const scale = scaleOf(visit);
  return (
    <section className="visit">
      <h3>
        {only ? t('paging.opened') : t('paging.visit', { n: visit.n })}{' '}
        <time dateTime={new Date(visit.from).toISOString()}>{fullInstant(visit.from, viewer)}</time>
      </h3>
      <Standing visit={visit} />
      {visit.rungs.length === 0 ? (
        <p className="quiet">{t('pages.none')}</p>
      ) : (
        <>
          <Axis visit={visit} scale={scale} />
          <ol className="rungs">
            {visit.rungs.map((rung) => (
              <RungRow key={rung.key} rung={rung} visit={visit} scale={scale} />
            ))}
          </ol>
        </>
      )}
      {visit.ended === null && <NotReached visit={visit} levels={levels} />}
    </section>
  );
}

/** Levels of the policy that this round has not come to, and what would reach them. */
function NotReached({ visit, levels }: { visit: Visit; levels: readonly PlannedLevel[] }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const clock = useClockName();
  const reached = Math.max(0, ...visit.rungs.map((r) => r.level));
  const ahead = levels.filter((l) => l.level > reached);
  if (ahead.length === 0) return null;
  const told = (w: Trigger) =>
    'silence' in w
      ? t('paging.bySilence', { time: duration(w.silence, language) })
      : t('paging.byClock', { clock: clock(w.clock), percent: Math.round(w.share * 100) });
  // Silence has ended with the answer; shares of clocks go on.
  const counts = (w: Trigger) => visit.answered === null || !('silence' in w);
  return (
    <ul className="not-reached" aria-label={t('paging.notReached')}>
      {ahead.map((l) => (
        <li key={l.level}>
          <span aria-hidden="true">○</span> <b>{t('step.level', { level: l.level })}</b> {l.title[language]}{' '}
          <small>{l.when.filter(counts).map(told).join(t('paging.or'))}</small>
        </li>
      ))}
    </ul>
  );
}

/** When the case acts by itself next: the next level, a reminder, the end of a limit. */
function Next({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  if (incident.nextAt === null) return null;
  return (
    <p className="quiet">
      {t('facts.nextAt')}: <Instant at={incident.nextAt} /> (<Ago at={incident.nextAt} />)
    </p>
  );
}

/** Who was paged when, by which way, with what outcome: a drawing for each visit, newest first, and the ledger behind it. */
export function PageStory({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const [table, setTable] = useState(false);
  const timeline = useTimeline(incident.id);
  const pages = usePages(incident.id);
  const levels = usePlannedLevels(incident);
  const now = useNow(10);
  const failed = [timeline, pages].find((q) => q.isError);
  const visits = visitsOf(timeline.data ?? [], pages.data ?? [], now).toReversed();
  return (
    <section className="page-story" aria-label={t('pages.title')}>
      <div className="page-story-head">
        <Button aria-expanded={table} onClick={() => setTable(!table)}>
          {t(table ? 'paging.hideTable' : 'paging.showTable')}
        </Button>
        <Button icon={<PrinterOutlined />} onClick={() => window.print()}>
          {t('paging.print')}
        </Button>
      </div>
      {failed && <ProblemAlert error={failed.error} onRetry={() => void failed.refetch()} />}
      {timeline.isPending || pages.isPending ? (
        <Skeleton active />
      ) : (
        visits.map((v) => <VisitStory key={v.n} visit={v} only={visits.length === 1} levels={levels} />)
      )}
      <Next incident={incident} />
      <div className={table ? 'behind' : 'behind behind-closed'}>
        <h3>{t('paging.ledger')}</h3>
        <PageTable id={incident.id} />
      </div>
    </section>
  );
}
