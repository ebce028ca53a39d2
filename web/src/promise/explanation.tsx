import { Alert, Drawer, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { clockTime, duration, fullInstant, shortInstant } from '../time/format';
import { useNow } from '../time/now';
import { useViewer } from '../time/viewer';
import { PromiseBar } from './bar';
import { barModel, type PromiseClock, type Segment } from './model';
import { useClockName, useReasonName } from './names';

interface ExplanationProps {
  clock: PromiseClock;
  /** Instant the clock was read at, RFC 3339. */
  asOf: string;
  onClose: () => void;
}

type Row = Segment & { key: number; sum: number };

function rowsOf(clock: PromiseClock): Row[] {
  let sum = 0;
  return (clock.segments ?? []).map((s, key) => {
    sum += s.countedSeconds;
    return { ...s, key, sum };
  });
}

function useSegmentName(): (s: Segment) => string {
  const { t } = useTranslation();
  const reason = useReasonName();
  return (s) => {
    if (s.kind === 'paused') return t('segment.paused', { reason: reason(s.reason ?? '') });
    if (s.kind === 'stopped')
      return t('segment.stopped', { what: t(`fact.${s.reason as 'resolved'}`, { defaultValue: s.reason ?? '' }) });
    return t(`segment.${s.kind}`);
  };
}

function Intervals({ clock }: { clock: PromiseClock }) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const now = useNow(60);
  const name = useSegmentName();
  const span = (s: Segment) => {
    const ends = [Date.parse(s.from), Date.parse(s.to)];
    const [from, to] = ends.map((at) => shortInstant(at, now, viewer));
    // Within a minute only the seconds tell.
    return from === to ? ends.map((at) => clockTime(at, viewer)).join(' – ') : `${from} – ${to}`;
  };
  const counts = (s: Row) => (s.kind === 'counted' ? duration(s.countedSeconds, viewer.language) : '–');
  return (
    <Table<Row>
      size="small"
      pagination={false}
      dataSource={rowsOf(clock)}
      rowClassName={(s) => `segment segment-${s.kind}`}
      columns={[
        {
          key: 'when',
          title: t('segment.when'),
          render: (_, s) => (
            <time dateTime={s.from} title={fullInstant(Date.parse(s.from), viewer)}>
              {span(s)}
            </time>
          ),
        },
        { key: 'what', title: t('segment.what'), render: (_, s) => name(s) },
        { key: 'counts', title: t('segment.counts'), align: 'right', render: (_, s) => counts(s) },
        { key: 'sum', title: t('segment.sum'), align: 'right', render: (_, s) => duration(s.sum, viewer.language) },
      ]}
    />
  );
}

/** Why a promise stands where it stands: every interval of its clock, what counted and what did not. */
export function Explanation({ clock, asOf, onClose }: ExplanationProps) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const clockName = useClockName();
  const now = useNow(10);
  const model = barModel(clock, Date.parse(asOf), now);
  const length = (seconds: number) => duration(seconds, viewer.language);
  return (
    <Drawer open onClose={onClose} size={560} title={t('promise.explainTitle', { name: clockName(clock.name) })}>
      <PromiseBar clock={clock} asOf={asOf} />
      <p>
        {t('promise.sentence', {
          goal: length(clock.goalSeconds),
          used: length(clock.elapsedSeconds),
          calendar: clock.calendar,
        })}{' '}
        {model.dueAt !== null && t('promise.sentenceDue', { at: fullInstant(model.dueAt, viewer) })}
      </p>
      {clock.provisional && <Alert type="warning" showIcon title={t('promise.provisional')} />}
      <Intervals clock={clock} />
      {model.ticks.length > 0 && (
        <>
          <h3>{t('promise.thresholds')}</h3>
          <ul className="thresholds">
            {model.ticks.map((k) => (
              <li key={k.fraction}>
                {k.passed ? '✓ ' : '○ '}
                {t('promise.threshold', {
                  percent: Math.round(k.fraction * 100),
                  after: length(k.fraction * clock.goalSeconds),
                })}
              </li>
            ))}
          </ul>
        </>
      )}
      {model.shortened && <p className="quiet">{t('promise.shortened')}</p>}
      <p className="quiet">{t('promise.asOf', { at: fullInstant(Date.parse(asOf), viewer) })}</p>
    </Drawer>
  );
}
