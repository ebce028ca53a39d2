import { Checkbox, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePeople } from '../reference/queries';
import { useMay, useSession } from '../session/session';
import { useViewer } from '../time/viewer';
import { instantOf, localOf } from '../time/zone';
import { type IncidentFilter, LINES, type ListFilter, SEVERITIES, STATES } from './filter';
import { type Dimension, MARKS, useCatalogue } from './list-values';

export interface FilterProps {
  filter: IncidentFilter;
  onChange: (f: IncidentFilter) => void;
}

/** Logins, found as one types; `@me` and `@nobody` mean whoever looks, and nobody. */
function People({ filter, onChange, dimension }: FilterProps & { dimension: 'assignee' | 'reporter' }) {
  const { t } = useTranslation();
  const login = useSession().data?.login ?? '';
  const may = useMay();
  const [q, setQ] = useState('');
  const found = usePeople(q, may('people:read')).data?.items ?? [];
  const nobody = dimension === 'assignee' ? [{ value: '@nobody', label: t('filter.nobody') }] : [];
  const people = found.map((p) => ({ value: p.login, label: `${p.displayName} (${p.login})` }));
  return (
    <Select
      mode="tags"
      className="wide"
      aria-label={t(`field.${dimension}`)}
      placeholder={t('filter.anybody')}
      value={filter[dimension]}
      onChange={(values: string[]) => onChange({ ...filter, [dimension]: values })}
      options={[{ value: '@me', label: t('list.me', { login }) }, ...nobody, ...people]}
      showSearch={{ filterOption: q === '', onSearch: setQ }}
      tokenSeparators={[',', ' ']}
    />
  );
}

function Tags({ filter, onChange, dimension }: FilterProps & { dimension: 'team' | 'parent' }) {
  const { t } = useTranslation();
  const { team } = useCatalogue();
  const options = dimension === 'team' ? team.map((value) => ({ value, label: value })) : [];
  return (
    <Select
      mode="tags"
      className="wide"
      aria-label={t(`filter.${dimension}`)}
      placeholder={dimension === 'parent' ? 'INC-000123' : undefined}
      value={filter[dimension]}
      onChange={(values: string[]) => {
        const fit =
          dimension === 'parent' ? values.map((v) => v.toUpperCase()).filter((v) => /^INC-\d{6,}$/.test(v)) : values;
        onChange({ ...filter, [dimension]: fit });
      }}
      options={options}
      tokenSeparators={[',', ' ']}
    />
  );
}

/** First and last day of the report, in the viewer's zone. */
function Days({ filter, onChange }: FilterProps) {
  const { t } = useTranslation();
  const { zone } = useViewer();
  const dayOf = (instant: string, shift: number) =>
    instant === '' ? '' : localOf(Date.parse(instant) + shift, zone).slice(0, 10);
  const instant = (day: string, add: number) => {
    if (day === '') return '';
    const next = new Date(Date.parse(`${day}T00:00:00Z`) + add * 86_400_000).toISOString().slice(0, 10);
    const at = instantOf(`${next}T00:00`, zone);
    return at === null ? '' : new Date(at).toISOString();
  };
  return (
    <div className="choices-days">
      <Input
        type="date"
        aria-label={t('filter.from')}
        value={dayOf(filter.createdFrom, 0)}
        onChange={(e) => onChange({ ...filter, createdFrom: instant(e.target.value, 0) })}
      />
      <Input
        type="date"
        aria-label={t('filter.to')}
        value={dayOf(filter.createdTo, -1)}
        onChange={(e) => onChange({ ...filter, createdTo: instant(e.target.value, 1) })}
      />
    </div>
  );
}

function Marks({ filter, onChange }: FilterProps) {
  const { t } = useTranslation();
  return (
    <Checkbox.Group
      className="choices"
      value={MARKS.filter((m) => filter[m])}
      onChange={(values) =>
        onChange({ ...filter, major: values.includes('major'), assessing: values.includes('assessing') })
      }
      options={MARKS.map((value) => ({ value, label: t(`filter.${value}`) }))}
    />
  );
}

function Boxes({ filter, onChange, dimension }: FilterProps & { dimension: ListFilter }) {
  const { t } = useTranslation();
  const catalogue = useCatalogue();
  const options = () => {
    if (dimension === 'state') return STATES.map((value) => ({ value, label: t(`state.${value}`) }));
    if (dimension === 'severity') return SEVERITIES.map((value) => ({ value, label: value }));
    if (dimension === 'line')
      return catalogue.line.length > 0
        ? catalogue.line
        : LINES.map((value) => ({ value, label: t('line.name', { line: value }) }));
    if (dimension === 'supplier') return [{ value: '@any', label: t('filter.anySupplier') }, ...catalogue.supplier];
    return dimension === 'type' ? catalogue.type : catalogue.service;
  };
  return (
    <Checkbox.Group
      className="choices"
      value={filter[dimension]}
      onChange={(values) => onChange({ ...filter, [dimension]: values })}
      options={options()}
    />
  );
}

/** The values of one dimension, to be chosen from. */
export function Choices({ dimension, ...props }: FilterProps & { dimension: Dimension }) {
  switch (dimension) {
    case 'assignee':
    case 'reporter':
      return <People {...props} dimension={dimension} />;
    case 'team':
    case 'parent':
      return <Tags {...props} dimension={dimension} />;
    case 'created':
      return <Days {...props} />;
    case 'marks':
      return <Marks {...props} />;
    default:
      return <Boxes {...props} dimension={dimension} />;
  }
}
