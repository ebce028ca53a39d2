import { useTranslation } from 'react-i18next';
import type { RequestView } from '../../../domain/request-projection';

/** Who is waited for now, by name: people, and teams where nobody has taken it. */
export function useWaitedFor(): (v: Pick<RequestView, 'waitingFor'>) => string {
  const { t } = useTranslation();
  return ({ waitingFor }) =>
    [...new Set(waitingFor.map((w) => w.login ?? t('incident.queueOf', { team: w.team ?? '' })))].join(
      t('request.and'),
    );
}
