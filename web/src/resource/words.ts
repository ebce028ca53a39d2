import { useTranslation } from 'react-i18next';
import { useViewer } from '../time/viewer';
import { useCiTypes } from './queries';

/** Word for an attribute; its own name where there is none. */
export function useAttributeName(): (name: string) => string {
  const { t } = useTranslation();
  return (name) => t(`resource.attribute.${name}` as 'resource.attribute.vcpu', { defaultValue: name });
}

/** Title of a type; its own name until the types are there. */
export function useTypeTitle(): (name: string) => string {
  const { language } = useViewer();
  const types = useCiTypes().data?.items ?? [];
  return (name) => types.find((type) => type.name === name)?.title[language] ?? name;
}

/** A value as it stands in a line. */
export const shown = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '–' : JSON.stringify(value);

/** `vCPU: 4`, one after the other, in the punctuation of the language. */
export function useAttributeLine(): (values: Record<string, unknown>) => string {
  const name = useAttributeName();
  const { language } = useViewer();
  const colon = language === 'zh-CN' ? '：' : ': ';
  return (values) =>
    Object.entries(values)
      .map(([key, value]) => `${name(key)}${colon}${shown(value)}`)
      .join(' · ');
}
