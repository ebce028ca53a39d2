import { FilterOutlined } from '@ant-design/icons';
import { Button, Checkbox, type InputRef, Popover, Select } from 'antd';
import { type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { REQUEST_STATES } from '../../../domain/request-command';
import { FilterChip } from '../form/filter-chip';
import { SearchBox } from '../form/search-box';
import { useTeams } from '../form-schema/reference-queries';
import { useCatalogueTree } from '../portal/queries';
import { itemsIn } from '../portal/tree';
import { usePeople } from '../reference/queries';
import { useMay, useSession } from '../session/session';
import { useViewer } from '../time/viewer';
import { EVERY_OPEN, type RequestFilter, WORD_FILTERS, type WordFilter } from './filter';

interface FilterProps {
  filter: RequestFilter;
  onChange: (f: RequestFilter) => void;
}
type Dimension = WordFilter | 'state';
const DIMENSIONS: readonly Dimension[] = ['state', ...WORD_FILTERS];

const isSet = (f: RequestFilter, d: Dimension) => f[d].length > 0;
const without = (f: RequestFilter, d: Dimension): RequestFilter => ({ ...f, [d]: EVERY_OPEN[d] });

/** Words for what a dimension is set to. */
function useValueWords() {
  const { t } = useTranslation();
  const { language } = useViewer();
  const login = useSession().data?.login ?? '';
  const items = useCatalogueTree().data?.categories.flatMap(itemsIn) ?? [];
  return (f: RequestFilter, d: Dimension): string => {
    if (d === 'state') return f.state.map((s) => t(`requestState.${s}`)).join(', ');
    if (d === 'waitingFor' && f.waitingFor === 'me') return t('list.me', { login });
    if (d === 'item') return items.find((i) => i.name === f.item)?.title[language] ?? f.item;
    return f[d];
  };
}

function People({ filter, onChange, dimension }: FilterProps & { dimension: 'requester' | 'waitingFor' }) {
  const { t } = useTranslation();
  const login = useSession().data?.login ?? '';
  const may = useMay();
  const [q, setQ] = useState('');
  const people = usePeople(q, may('people:read')).data?.items ?? [];
  const me = dimension === 'waitingFor' ? [{ value: 'me', label: t('list.me', { login }) }] : [];
  return (
    <Select
      className="wide"
      allowClear
      aria-label={t(`request.filter.${dimension}`)}
      showSearch={{ filterOption: false, onSearch: setQ }}
      value={filter[dimension] || undefined}
      onChange={(v?: string) => onChange({ ...filter, [dimension]: v ?? '' })}
      options={[...me, ...people.map((p) => ({ value: p.login, label: `${p.displayName} (${p.login})` }))]}
    />
  );
}

function Choices({ filter, onChange, dimension }: FilterProps & { dimension: Dimension }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const items = useCatalogueTree().data?.categories.flatMap(itemsIn) ?? [];
  const teams = useTeams().data?.items ?? [];
  if (dimension === 'state')
    return (
      <Checkbox.Group
        className="choices"
        value={filter.state}
        onChange={(state) => onChange({ ...filter, state })}
        options={REQUEST_STATES.map((value) => ({ value, label: t(`requestState.${value}`) }))}
      />
    );
  if (dimension === 'requester' || dimension === 'waitingFor')
    return <People filter={filter} onChange={onChange} dimension={dimension} />;
  const options =
    dimension === 'item'
      ? items.map((i) => ({ value: i.name, label: i.title[language] }))
      : teams.map((x) => ({ value: x.name, label: x.title[language] }));
  return (
    <Select
      className="wide"
      allowClear
      aria-label={t(`request.filter.${dimension}`)}
      showSearch={{ optionFilterProp: 'label' }}
      value={filter[dimension] || undefined}
      onChange={(v?: string) => onChange({ ...filter, [dimension]: v ?? '' })}
      options={options}
    />
  );
}

function Chip({ filter, onChange, dimension }: FilterProps & { dimension: Dimension }) {
  const { t } = useTranslation();
  const words = useValueWords();
  return (
    <FilterChip
      label={t(`request.filter.${dimension}`)}
      value={words(filter, dimension)}
      choices={<Choices filter={filter} onChange={onChange} dimension={dimension} />}
      onDrop={() => onChange(without(filter, dimension))}
    />
  );
}

function AddFilter({ filter, onChange }: FilterProps) {
  const { t } = useTranslation();
  const content = (
    <div className="filter-panel">
      {DIMENSIONS.map((d) => (
        <fieldset key={d}>
          <legend>{t(`request.filter.${d}`)}</legend>
          <Choices filter={filter} onChange={onChange} dimension={d} />
        </fieldset>
      ))}
    </div>
  );
  return (
    <Popover trigger="click" placement="bottomLeft" content={content}>
      <Button icon={<FilterOutlined />}>{t('list.addFilter')}</Button>
    </Popover>
  );
}

/** Filters of the list: search, chips for what is set, one button for the rest, open or closed, order. */
export function RequestFilters({ filter, onChange, input }: FilterProps & { input: RefObject<InputRef | null> }) {
  const { t } = useTranslation();
  const set = DIMENSIONS.filter((d) => isSet(filter, d));
  return (
    <search className="filters">
      <SearchBox value={filter.q} onSearch={(q) => onChange({ ...filter, q })} input={input} />
      {set.map((d) => (
        <Chip key={d} filter={filter} onChange={onChange} dimension={d} />
      ))}
      <AddFilter filter={filter} onChange={onChange} />
      <Select
        aria-label={t('list.openOrClosed')}
        popupMatchSelectWidth={false}
        value={filter.open}
        onChange={(open) => onChange({ ...filter, open, sort: open === 'open' ? filter.sort : 'newest' })}
        options={(['open', 'closed', 'all'] as const).map((v) => ({ value: v, label: t(`list.${v}`) }))}
      />
      <Select
        aria-label={t('list.sort')}
        popupMatchSelectWidth={false}
        value={filter.sort}
        onChange={(sort) => onChange({ ...filter, sort })}
        options={(['due', 'newest'] as const).map((v) => ({ value: v, label: t(`request.sort.${v}`) }))}
      />
      {(set.length > 0 || filter.q !== '') && (
        <Button type="link" onClick={() => onChange({ ...EVERY_OPEN, sort: filter.sort })}>
          {t('list.clear')}
        </Button>
      )}
    </search>
  );
}
