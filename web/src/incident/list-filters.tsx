import { FilterOutlined, TableOutlined } from '@ant-design/icons';
import { Button, Checkbox, type InputRef, Popover, Select } from 'antd';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { type IncidentColumn, USUAL_COLUMNS } from '../../../domain/saved-view';
import { ViewActions } from '../console/views';
import { FilterChip } from '../form/filter-chip';
import { SearchBox } from '../form/search-box';
import { useMay } from '../session/session';
import { useTablet } from '../shell/width';
import { ALL_OPEN, COLUMNS } from './filter';
import { Choices, type FilterProps } from './list-choices';
import { DIMENSIONS, type Dimension, isSet, useValueWords, without } from './list-values';

/** Name of a dimension. */
export function useDimensionName(): (d: Dimension) => string {
  const { t } = useTranslation();
  return (d) => {
    if (d === 'created') return t('field.createdAt');
    if (d === 'state' || d === 'severity' || d === 'service' || d === 'assignee' || d === 'reporter')
      return t(`field.${d}`);
    return t(`filter.${d}`);
  };
}

function Chip({ filter, onChange, dimension }: FilterProps & { dimension: Dimension }) {
  const words = useValueWords();
  return (
    <FilterChip
      label={useDimensionName()(dimension)}
      value={words(filter, dimension)}
      choices={<Choices filter={filter} onChange={onChange} dimension={dimension} />}
      onDrop={() => onChange(without(filter, dimension))}
    />
  );
}

function AddFilter({ filter, onChange }: FilterProps) {
  const { t } = useTranslation();
  const name = useDimensionName();
  const content = (
    <div className="filter-panel">
      {DIMENSIONS.map((d) => (
        <fieldset key={d} className={`choose-${d}`}>
          <legend>{name(d)}</legend>
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

/** Which columns stand in the table; cards of a telephone have their own order. */
function Columns({ filter, onChange }: FilterProps) {
  const { t } = useTranslation();
  const shown = filter.columns ?? USUAL_COLUMNS;
  const set = (values: IncidentColumn[]) => {
    const columns = COLUMNS.filter((c) => c === 'title' || values.includes(c));
    onChange({ ...filter, columns: columns.join() === USUAL_COLUMNS.join() ? null : columns });
  };
  const content = (
    <Checkbox.Group<IncidentColumn>
      className="choices"
      value={[...shown]}
      onChange={set}
      options={COLUMNS.map((value) => ({ value, label: t(`column.${value}`), disabled: value === 'title' }))}
    />
  );
  return (
    <Popover trigger="click" placement="bottomRight" content={content} title={t('column.choose')}>
      <Button icon={<TableOutlined />} aria-label={t('column.choose')} title={t('column.choose')} />
    </Popover>
  );
}

/** Filters of the list: search, chips for what is set, one button for the rest, open or closed, order, columns. */
export function ListFilters({ filter, onChange, input }: FilterProps & { input: RefObject<InputRef | null> }) {
  const { t } = useTranslation();
  const may = useMay();
  const cards = useTablet();
  const set = DIMENSIONS.filter((d) => isSet(filter, d));
  const all = { ...ALL_OPEN, sort: filter.sort, columns: filter.columns };
  return (
    <search className="filters">
      <SearchBox
        value={filter.q}
        onSearch={(q) => onChange({ ...filter, q })}
        input={input}
        help={t('filter.searchHelp')}
      />
      {set.map((d) => (
        <Chip key={d} filter={filter} onChange={onChange} dimension={d} />
      ))}
      <AddFilter filter={filter} onChange={onChange} />
      <Select
        aria-label={t('list.openOrClosed')}
        popupMatchSelectWidth={false}
        value={filter.open}
        onChange={(open) =>
          onChange({ ...filter, open, breaching: false, sort: open === 'open' ? filter.sort : '-createdAt' })
        }
        options={(['open', 'closed', 'all'] as const).map((v) => ({ value: v, label: t(`list.${v}`) }))}
      />
      {filter.open === 'open' && !filter.breaching && may('incident:read') && (
        <Select
          aria-label={t('list.sort')}
          popupMatchSelectWidth={false}
          value={filter.sort}
          onChange={(sort) => onChange({ ...filter, sort })}
          options={(['dueAt', '-createdAt'] as const).map((v) => ({ value: v, label: t(`sort.${v}`) }))}
        />
      )}
      {!cards && <Columns filter={filter} onChange={onChange} />}
      {(set.length > 0 || filter.q !== '') && (
        <Button type="link" onClick={() => onChange(all)}>
          {t('list.clear')}
        </Button>
      )}
      {may('incident:read') && <ViewActions filter={filter} />}
    </search>
  );
}
