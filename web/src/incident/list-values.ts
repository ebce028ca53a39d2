import { useTranslation } from 'react-i18next';
import { useServices } from '../reference/queries';
import { useSession } from '../session/session';
import { dayHeading } from '../time/format';
import { useViewer } from '../time/viewer';
import { useServiceName } from './badges';
import { type IncidentFilter, LIST_FILTERS, type ListFilter } from './filter';

/** What can be filtered by: lists of values, marks, and the day of the report. */
export type Dimension = ListFilter | 'marks' | 'created';
export const DIMENSIONS: readonly Dimension[] = [...LIST_FILTERS, 'marks', 'created'];
export const MARKS = ['major', 'assessing'] as const;

/** Whether a dimension filters anything. */
export function isSet(f: IncidentFilter, d: Dimension): boolean {
  if (d === 'marks') return f.major || f.assessing;
  if (d === 'created') return f.createdFrom !== '' || f.createdTo !== '';
  return f[d].length > 0;
}

/** The filter without a dimension. */
export function without(f: IncidentFilter, d: Dimension): IncidentFilter {
  if (d === 'marks') return { ...f, major: false, assessing: false };
  if (d === 'created') return { ...f, createdFrom: '', createdTo: '' };
  return { ...f, [d]: [] };
}

/** Values that the catalogue knows, with their names in the viewer's language; each once over all services. */
export function useCatalogue() {
  const { language } = useViewer();
  const services = useServices().data?.items ?? [];
  const named = (list: { value: string; label: Record<'zh-CN' | 'en', string> }[]) => [
    ...new Map(list.map((v) => [v.value, { value: v.value, label: v.label[language] }])).values(),
  ];
  const lines = services.flatMap((s) => s.lines.map((l) => ({ value: String(l.line), label: l.label })));
  return {
    service: services.map((s) => ({ value: s.id, label: s.name[language] })),
    type: named(services.flatMap((s) => s.types)),
    line: named(lines).sort((a, b) => a.value.localeCompare(b.value)),
    supplier: named(services.flatMap((s) => s.suppliers)),
    team: [...new Set([...services.map((s) => s.team), ...services.flatMap((s) => s.lines.map((l) => l.team))])],
  };
}

/** Words for what a dimension is set to. */
export function useValueWords(): (f: IncidentFilter, d: Dimension) => string {
  const { t } = useTranslation();
  const viewer = useViewer();
  const serviceName = useServiceName();
  const catalogue = useCatalogue();
  const login = useSession().data?.login ?? '';
  const word = (d: ListFilter, value: string): string => {
    if (value === '@me') return t('list.me', { login });
    if (value === '@nobody') return t('filter.nobody');
    if (value === '@any') return t('filter.anySupplier');
    if (d === 'state') return t(`state.${value as 'new'}`, { defaultValue: value });
    if (d === 'service') return serviceName(value);
    if (d === 'line') return t('line.short', { line: value });
    if (d === 'type' || d === 'supplier') return catalogue[d].find((v) => v.value === value)?.label ?? value;
    return value;
  };
  const day = (instant: string, shift: number) => dayHeading(Date.parse(instant) + shift, viewer);
  return (f, d) => {
    if (d === 'marks') return MARKS.flatMap((m) => (f[m] ? [t(`filter.${m}`)] : [])).join(', ');
    if (d !== 'created') return f[d].map((v) => word(d, v)).join(', ');
    const from = f.createdFrom === '' ? '' : day(f.createdFrom, 0);
    const to = f.createdTo === '' ? '' : day(f.createdTo, -1);
    return from === to ? from : `${from} – ${to}`;
  };
}
