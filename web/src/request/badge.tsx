import { useTranslation } from 'react-i18next';
import type { RequestStatus } from '../../../domain/request-command';
import './badge.css';

const SHAPES: Record<RequestStatus, string> = {
  'in-approval': '◔',
  correction: '↩',
  clarification: '?',
  'in-progress': '◐',
  suspended: '‖',
  'rolling-back': '↶',
  fulfilled: '✓',
  rejected: '✕',
  withdrawn: '–',
  cancelled: '–',
  reclassified: '→',
};

/** State of a request as a word with a shape of its own. */
export function RequestStateTag({ state }: { state: RequestStatus }) {
  const { t } = useTranslation();
  return (
    <span className={`request-state request-state-${state}`}>
      <span aria-hidden="true">{SHAPES[state]}</span> {t(`requestState.${state}`)}
    </span>
  );
}
