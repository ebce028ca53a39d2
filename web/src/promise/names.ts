import { useTranslation } from 'react-i18next';
import { useServices } from '../reference/queries';
import { useViewer } from '../time/viewer';

/** Clocks whose names we ship; one of a customer's own shows the name it was defined with. */
const CLOCKS = ['respond', 'plan', 'resolve'] as const;

export function useClockName(): (name: string) => string {
  const { t } = useTranslation();
  return (name) => {
    const known = CLOCKS.find((c) => c === name);
    return known === undefined ? name : t(`clock.${known}`);
  };
}

/** Pause reasons as the services' definitions label them; an unknown one by its name. */
export function useReasonName(): (reason: string) => string {
  const { language } = useViewer();
  const reasons = useServices().data?.items.flatMap((s) => s.pauseReasons) ?? [];
  return (reason) => reasons.find((r) => r.value === reason)?.label[language] ?? reason;
}
