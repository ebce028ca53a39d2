import { useTranslation } from 'react-i18next';
import { useViewer } from '../time/viewer';
import type { Cost } from './types';

/** `CNY 120.00 a month`, with the currency as the viewer's language writes it. */
export function CostWords({ cost }: { cost: Cost | null }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  if (cost === null || cost.amount === 0) return t('portal.free');
  const locale = language === 'en' ? 'en-GB' : 'zh-CN';
  const amount = new Intl.NumberFormat(locale, { style: 'currency', currency: cost.currency }).format(cost.amount);
  return t(`portal.per.${cost.per}`, { amount });
}
