import { CloseOutlined, FilterOutlined, SearchOutlined } from '@ant-design/icons';
import { Button, Checkbox, Input, type InputRef, Popover, Select } from 'antd';
import { type RefObject, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useServices } from '../reference/queries';
import { useMay, useSession } from '../session/session';
import { useServiceName } from './badges';
import {
  ALL_OPEN,
  type IncidentFilter,
  paramsOf,
  type QuickView,
  quickViews,
  SEVERITIES,
  STATES,
  sameView,
} from './filter';

interface FilterProps {
  filter: IncidentFilter;
  onChange: (f: IncidentFilter) => void;
}

type Dimension = 'state' | 'severity' | 'service' | 'assignee';
const DIMENSIONS: readonly Dimension[] = ['state', 'severity', 'service', 'assignee'];

/** Words for the values of a filter. */
function useValueName(): (dimension: Dimension, value: string) => string {
  const { t } = useTranslation();
  const serviceName = useServiceName();
  return (dimension, value) => {
    if (dimension === 'state') return t(`state.${value as 'new'}`, { defaultValue: value });
    return dimension === 'service' ? serviceName(value) : value;
  };
}

/** Views one click away, as links: they can be opened in a new tab and sent to a colleague. */
export function QuickViews({ filter }: { filter: IncidentFilter }) {
  const { t } = useTranslation();
  const login = useSession().data?.login ?? '';
  const views = quickViews(login);
  return (
    <nav className="quick" aria-label={t('list.quick')}>
      {(Object.keys(views) as QuickView[]).map((name) => {
        const search = paramsOf(views[name]).toString();
        return (
          <Link
            key={name}
            to={`/incidents${search === '' ? '' : `?${search}`}`}
            aria-current={sameView(filter, views[name]) ? 'page' : undefined}
          >
            {t(`quick.${name}`)}
          </Link>
        );
      })}
    </nav>
  );
}

function Choices({ filter, onChange, dimension }: FilterProps & { dimension: Dimension }) {
  const { t } = useTranslation();
  const name = useValueName();
  const login = useSession().data?.login ?? '';
  const services = useServices().data?.items.map((s) => s.id) ?? [];
  const set = (values: string[]) => onChange({ ...filter, [dimension]: values });
  if (dimension === 'assignee')
    return (
      <Select
        mode="tags"
        className="wide"
        aria-label={t('field.assignee')}
        value={filter.assignee}
        onChange={set}
        options={[{ value: login, label: t('list.me', { login }) }]}
        tokenSeparators={[',', ' ']}
      />
    );
  const values: readonly string[] = { state: STATES, severity: SEVERITIES, service: services }[dimension];
  return (
    <Checkbox.Group
      className="choices"
      value={filter[dimension]}
      onChange={set}
      options={values.map((v) => ({ value: v, label: name(dimension, v) }))}
    />
  );
}

function Chip({ filter, onChange, dimension }: FilterProps & { dimension: Dimension }) {
  const { t } = useTranslation();
  const name = useValueName();
  const label = t(`field.${dimension}`);
  const values = filter[dimension].map((v) => name(dimension, v)).join(', ');
  return (
    <span className="chip">
      <Popover trigger="click" placement="bottomLeft" content={<Choices {...{ filter, onChange, dimension }} />}>
        <button type="button">
          {label}: <b>{values}</b>
        </button>
      </Popover>
      <button
        type="button"
        className="chip-off"
        aria-label={t('list.dropFilter', { label })}
        onClick={() => onChange({ ...filter, [dimension]: [] })}
      >
        <CloseOutlined />
      </button>
    </span>
  );
}

function AddFilter({ filter, onChange }: FilterProps) {
  const { t } = useTranslation();
  const content = (
    <div className="filter-panel">
      {DIMENSIONS.map((d) => (
        <fieldset key={d}>
          <legend>{t(`field.${d}`)}</legend>
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

function Search({ filter, onChange, input }: FilterProps & { input: RefObject<InputRef | null> }) {
  const { t } = useTranslation();
  const [text, setText] = useState(filter.q);
  useEffect(() => setText(filter.q), [filter.q]);
  return (
    <Input
      ref={input}
      className="search"
      prefix={<SearchOutlined />}
      placeholder={t('list.search')}
      aria-label={t('list.search')}
      allowClear
      value={text}
      onChange={(e) => {
        setText(e.target.value);
        if (e.target.value === '') onChange({ ...filter, q: '' });
      }}
      onPressEnter={() => onChange({ ...filter, q: text.trim() })}
      onKeyDown={(e) => e.key === 'Escape' && e.currentTarget.blur()}
    />
  );
}

/** Filters of the list: search, chips for what is set, one button for the rest, open or closed, order. */
export function ListFilters({ filter, onChange, input }: FilterProps & { input: RefObject<InputRef | null> }) {
  const { t } = useTranslation();
  const may = useMay();
  const set = DIMENSIONS.filter((d) => filter[d].length > 0);
  const all = { ...ALL_OPEN, sort: filter.sort };
  return (
    <search className="filters">
      <Search filter={filter} onChange={onChange} input={input} />
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
      {(set.length > 0 || filter.q !== '') && (
        <Button type="link" onClick={() => onChange(all)}>
          {t('list.clear')}
        </Button>
      )}
    </search>
  );
}
