import { useTranslation } from 'react-i18next';
import { roleName } from '../session/roles';
import { useViewer } from '../time/viewer';

/** A team as people call it: the team of a role goes by the name of the role. */
export function useTeamName(): (team: string) => string {
  const { language } = useViewer();
  return (team) => roleName(team, language);
}

/** Whoever has something, or the queue it lies in while nobody does. */
export function useHolder(): (login: string | null, team: string | null) => string {
  const { t } = useTranslation();
  const team = useTeamName();
  return (login, queue) => login ?? t('incident.queueOf', { team: team(queue ?? '') });
}
