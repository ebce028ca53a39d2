import { useTranslation } from 'react-i18next';
import { duration } from './format';
import { useNow } from './now';
import { Instant, useViewer } from './viewer';

/** What is left until a promise, and when it is; a missed one says by how much. */
export function Due({ at }: { at: string }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const now = useNow(10);
  const seconds = (Date.parse(at) - now) / 1000;
  const left = duration(Math.abs(seconds), language);
  return (
    <span className={seconds < 0 ? 'broken' : ''}>
      {seconds < 0 && '! '}
      {t(seconds < 0 ? 'promise.overdue' : 'promise.left', { left })} · <Instant at={at} />
    </span>
  );
}
