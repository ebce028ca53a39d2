import { useTranslation } from 'react-i18next';
import type { IncidentStatus } from '../../../domain/incident-command';
import type { Severity } from '../../../domain/sla';
import { useServices, useSeverities } from '../reference/queries';
import { useViewer } from '../time/viewer';
import './badges.css';

/** Severity by numeral, shape and colour; its name beside it where there is room. */
export function SeverityBadge({ severity, named = false }: { severity: Severity; named?: boolean }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const label = useSeverities().data?.items.find((s) => s.severity === severity)?.label[language] ?? '';
  return (
    <span className={`severity severity-${severity}`} title={t('incident.severityTitle', { severity, label })}>
      <b>{severity}</b>
      {named && label !== '' ? <span>{label}</span> : null}
    </span>
  );
}

const SHAPES: Record<IncidentStatus, string> = {
  new: '●',
  acknowledged: '◐',
  pending: '‖',
  suspended: '○',
  merged: '⇥',
  resolved: '✓',
  closed: '■',
  cancelled: '–',
};

/** State as a word with a shape of its own. */
export function StateTag({ state }: { state: IncidentStatus }) {
  const { t } = useTranslation();
  return (
    <span className={`state state-${state}`}>
      <span aria-hidden="true">{SHAPES[state]}</span> {t(`state.${state}`)}
    </span>
  );
}

/** Who has the case; without a person the queue of its team. */
export function Owner({ assignee, team }: { assignee: string | null; team: string }) {
  const { t } = useTranslation();
  if (assignee !== null) return <span className="owner">{assignee}</span>;
  return <span className="owner owner-queue">{t('incident.queueOf', { team })}</span>;
}

/** A service by its name in the viewer's language. */
export function useServiceName(): (id: string) => string {
  const { language } = useViewer();
  const services = useServices().data?.items ?? [];
  return (id) => services.find((s) => s.id === id)?.name[language] ?? id;
}
