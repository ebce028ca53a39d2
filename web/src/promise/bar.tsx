import { useTranslation } from 'react-i18next';
import { useNow } from '../time/now';
import { useViewer } from '../time/viewer';
import { type BarModel, barModel, type PromiseClock, type Standing } from './model';
import './bar.css';
import { useClockName, useReasonName } from './names';
import { wordsOf } from './words';

/** Shape of each standing, so that no state depends on colour. */
const MARK: Record<Standing, string> = {
  running: '▶',
  paused: '‖',
  met: '✓',
  late: '✕',
  overdue: '!',
  cancelled: '–',
};

const share = (n: number) => `${(n * 100).toFixed(2)}%`;
/** Below this width a reason would not be readable inside its stretch. */
const LABEL_FROM = 0.12;

function Track({ model, reasons }: { model: BarModel; reasons: (r: string) => string }) {
  return (
    <span className="promise-track" aria-hidden="true">
      {model.pieces.map((p) => (
        <span
          key={p.from}
          className={`promise-piece promise-${p.kind}`}
          style={{ left: share(p.from), width: share(p.to - p.from) }}
        >
          {p.kind === 'paused' && p.reason && p.to - p.from >= LABEL_FROM ? <i>{reasons(p.reason)}</i> : null}
        </span>
      ))}
      {model.ticks.map((k) => (
        <span key={k.fraction} className="promise-tick" data-passed={k.passed} style={{ left: share(k.at) }} />
      ))}
      {(model.due < 0.999 || model.now !== null) && <span className="promise-due" style={{ left: share(model.due) }} />}
      {model.stop !== null && <span className="promise-stop" style={{ left: share(model.stop) }} />}
      {model.now !== null && <span className="promise-now" style={{ left: share(model.now) }} />}
    </span>
  );
}

interface PromiseBarProps {
  clock: PromiseClock;
  /** Instant the clock was read at, RFC 3339. */
  asOf: string;
  /** `small` is one line for lists and cards. */
  size?: 'small' | 'large';
  /** Opens the explanation. */
  onExplain?: () => void;
  /** In place of the clock's name: a clock beside the promises has none of its own. */
  label?: string;
}

/**
 * One promise: counted time solid, paused time hatched with its reason, thresholds as ticks, now as a line, due at the end.
 * Running clocks tick here from the instant they were read at.
 */
export function PromiseBar({ clock, asOf, size = 'large', onExplain, label }: PromiseBarProps) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const clockName = useClockName();
  const reasons = useReasonName();
  const now = useNow(clock.stoppedAt === null ? 1 : 60);
  const model = barModel(clock, Date.parse(asOf), now);
  const words = wordsOf(model, now, clock.stoppedAt, t, viewer);
  const { stand } = words;
  // A row has room for one thing only where the clock does not run towards its due instant.
  const due = size === 'small' && model.standing !== 'running' ? '' : words.due;
  const name = label ?? clockName(clock.name);
  const zone = size === 'large' && due !== '' && model.standing !== 'paused' ? ` (${viewer.zone})` : '';
  const body = (
    <>
      <span className="promise-head">
        <span className="promise-name">{name}</span>
        <span className="promise-words">
          <span className="promise-mark" aria-hidden="true">
            {MARK[model.standing]}
          </span>{' '}
          <b>{stand}</b>
          {due === '' ? null : <span className="promise-when"> · {due + zone}</span>}
        </span>
      </span>
      <Track model={model} reasons={reasons} />
    </>
  );
  const className = `promise promise-size-${size} promise-is-${model.standing}`;
  if (onExplain === undefined)
    return (
      <span
        className={className}
        title={`${name}: ${stand}${words.due === '' ? '' : ` · ${words.due}`} (${viewer.zone})`}
      >
        {body}
      </span>
    );
  return (
    <button type="button" className={className} onClick={onExplain} title={t('promise.explain')}>
      {body}
    </button>
  );
}
