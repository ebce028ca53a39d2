import { useTranslation } from 'react-i18next';
import type { RequestView } from '../../../domain/request-projection';
import { useHolder } from './team-name';

/** Who is waited for now, by name: people, and teams where nobody has taken it. */
export function useWaitedFor(): (v: Pick<RequestView, 'waitingFor'>) => string {
  const { t } = useTranslation();
  const holder = useHolder();
  return ({ waitingFor }) => [...new Set(waitingFor.map((w) => holder(w.login, w.team)))].join(t('request.and'));
}
