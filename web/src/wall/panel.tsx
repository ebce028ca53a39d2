import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { shortInstant } from '../time/format';
import { useNow } from '../time/now';
import { useViewer } from '../time/viewer';

export interface PartReading {
  isPending: boolean;
  isError: boolean;
  error: unknown;
  /** Epoch ms; null while nothing has been read. */
  readAt: number | null;
  /** The whole wall says already that this is old. */
  stale: boolean;
  /** Read regularly: older than this it is old, even if nothing says why. Milliseconds. */
  staleAfterMs?: number;
}

interface PanelProps {
  name: string;
  title: string;
  /** What matters in the heading, such as how many. */
  tally?: ReactNode;
  /** State of what it shows; the error is told beside what was read before it. */
  reading: PartReading;
  empty: string | null;
  children: ReactNode;
}

/** A named part of the wall. What could not be read again says of when it is. */
export function Panel({ name, title, tally, reading, empty, children }: PanelProps) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const now = useNow(10);
  const { isError, isPending, readAt, stale, staleAfterMs = Number.POSITIVE_INFINITY } = reading;
  const late = readAt !== null && now - readAt > staleAfterMs;
  // Good news of earlier is no good news.
  const old = isError || stale || late;
  const problem = isError ? t(`problem.${asProblem(reading.error).code}`) : late ? t('wall.stale') : null;
  return (
    <section className={`wall-panel wall-${name}`} data-old={old} aria-labelledby={`wall-${name}`}>
      <header>
        <h2 id={`wall-${name}`}>{title}</h2>
        {tally}
      </header>
      {problem !== null && (
        <p className="wall-old" role="alert">
          ▲ {problem}
          {readAt !== null && ` · ${t('wall.asOf', { at: shortInstant(readAt, now, viewer) })}`}
        </p>
      )}
      {isPending && !isError && <p className="wall-calm">{t('shell.loading')} …</p>}
      {empty !== null && readAt !== null && (
        <p className={old ? 'wall-calm quiet' : 'wall-calm kept'}>{old ? empty : `✓ ${empty}`}</p>
      )}
      {readAt !== null && empty === null && children}
    </section>
  );
}
