import { CloseOutlined, FilterOutlined } from '@ant-design/icons';
import { Button, Popover, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

/** A filter with one value out of a few; the first is what an unfiltered list shows. */
export interface Dimension {
  name: string;
  label: string;
  options: { value: string; label: string }[];
  value: string;
}

interface ChipsProps {
  dimensions: Dimension[];
  onChange: (name: string, value: string) => void;
}

const plain = (d: Dimension) => d.options[0]?.value ?? '';

function Choice({ dimension, onChange }: { dimension: Dimension; onChange: ChipsProps['onChange'] }) {
  return (
    <Radio.Group
      className="stacked"
      aria-label={dimension.label}
      value={dimension.value}
      onChange={(e) => onChange(dimension.name, String(e.target.value))}
      options={dimension.options}
    />
  );
}

/** What is filtered by, each to be changed or taken away, and a button for the rest. */
export function Chips({ dimensions, onChange }: ChipsProps) {
  const { t } = useTranslation();
  const set = dimensions.filter((d) => d.value !== plain(d));
  const panel = (
    <div className="filter-panel">
      {dimensions.map((d) => (
        <fieldset key={d.name}>
          <legend>{d.label}</legend>
          <Choice dimension={d} onChange={onChange} />
        </fieldset>
      ))}
    </div>
  );
  return (
    <search className="filters">
      {set.map((d) => (
        <span className="chip" key={d.name}>
          <Popover trigger="click" placement="bottomLeft" content={<Choice dimension={d} onChange={onChange} />}>
            <button type="button">
              {d.label}: <b>{d.options.find((o) => o.value === d.value)?.label}</b>
            </button>
          </Popover>
          <button
            type="button"
            className="chip-off"
            aria-label={t('list.dropFilter', { label: d.label })}
            onClick={() => onChange(d.name, plain(d))}
          >
            <CloseOutlined />
          </button>
        </span>
      ))}
      <Popover trigger="click" placement="bottomLeft" content={panel}>
        <Button icon={<FilterOutlined />}>{t('list.addFilter')}</Button>
      </Popover>
    </search>
  );
}

interface View {
  name: string;
  label: string;
  to: string;
  current: boolean;
}

/** Views one click away, as links. */
export function Views({ label, views }: { label: string; views: View[] }) {
  return (
    <nav className="quick" aria-label={label}>
      {views.map((v) => (
        <Link key={v.name} to={v.to} aria-current={v.current ? 'page' : undefined}>
          {v.label}
        </Link>
      ))}
    </nav>
  );
}
