import { useTranslation } from 'react-i18next';
import { useServiceName } from '../incident/badges';
import { useDuties } from '../oncall/queries';
import { roleName } from '../session/roles';
import { useMay } from '../session/session';
import { useViewer } from '../time/viewer';
import { type ReasonWord, reasonWords } from './page-reason';

/** Tells a reason of the ledger in the viewer's language, with the titles of what it names. */
export function useReasonText(): (reason: string) => string {
  const { t } = useTranslation();
  const { language } = useViewer();
  const service = useServiceName();
  const rotas = useDuties(useMay()('oncall:read')).data?.items ?? [];
  const told = (word: ReasonWord) => {
    if ('said' in word) return word.said;
    const { role, schedule, service: name, ...more } = word.values ?? {};
    return t(`pageReason.${word.key}`, {
      ...more,
      role: role === undefined ? '' : roleName(role, language),
      schedule: rotas.find((r) => r.schedule === schedule)?.name[language] ?? schedule ?? '',
      service: name === undefined ? '' : service(name),
    });
  };
  return (reason) => {
    const { fallback, words } = reasonWords(reason);
    const text = words.map(told).join(t('pageReason.and'));
    return fallback ? t('pageReason.fallback', { reason: text }) : text;
  };
}
