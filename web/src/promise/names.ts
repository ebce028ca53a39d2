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

/** Reasons that no definition states: a decision, and work that goes on in another case. */
const OWN_REASONS = ['suspended', 'merged'] as const;

/** Pause reasons as the services' definitions label them; an unknown one by its name. */
export function useReasonName(): (reason: string) => string {
  const { t } = useTranslation();
  const { language } = useViewer();
  const reasons = useServices().data?.items.flatMap((s) => s.pauseReasons) ?? [];
  return (reason) => {
    const own = OWN_REASONS.find((r) => r === reason);
    if (own !== undefined) return t(`pauseReason.${own}`);
    return reasons.find((r) => r.value === reason)?.label[language] ?? reason;
  };
}
