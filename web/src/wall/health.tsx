import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLive } from '../live/live';
import { clockTime, duration, shortInstant } from '../time/format';
import { useNow } from '../time/now';
import { useViewer } from '../time/viewer';
import { type Freshness, freshnessOf } from './model';

/** Whether what is shown is of now. @param readAt last good reading, epoch ms; null while there was none */
export function useFreshness(readAt: number | null, failed: boolean): Freshness {
  const { status } = useLive();
  const now = useNow(1);
  return readAt === null ? 'connecting' : freshnessOf(status, readAt, failed, now);
}

const SHAPE: Record<Freshness, string> = { fresh: '●', connecting: '○', stale: '▲' };

/** One word on the connection, and when it was last proved. */
export function Health({ freshness, readAt }: { freshness: Freshness; readAt: number | null }) {
  const { t } = useTranslation();
  const viewer = useViewer();
  return (
    <span className={`wall-health wall-health-${freshness}`} role="status">
      <span aria-hidden="true">{SHAPE[freshness]}</span> {t(`wall.${freshness}`)}
      {readAt !== null && <small> {t('wall.readAt', { at: clockTime(readAt, viewer) })}</small>}
    </span>
  );
}

/** Across the whole wall: what follows is old, and since when. */
export function StaleBanner({ readAt, onRetry }: { readAt: number; onRetry: () => void }) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const { retry } = useLive();
  const now = useNow(1);
  return (
    <div className="wall-stale" role="alert">
      <b>
        ▲{' '}
        {t('wall.staleSince', {
          at: shortInstant(readAt, now, viewer),
          ago: duration((now - readAt) / 1000, viewer.language),
        })}
      </b>
      <span>{t('wall.staleHelp')}</span>
      <Button
        onClick={() => {
          retry();
          onRetry();
        }}
      >
        {t('action.retry')}
      </Button>
    </div>
  );
}
