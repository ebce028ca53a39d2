import type { RJSFSchema } from '@rjsf/utils';
import { Checkbox, Input, InputNumber, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useViewer } from '../time/viewer';
import { instantOf, localOf } from '../time/zone';
import { AttachmentsWidget } from './attachments-widget';
import { CiWidget, PersonWidget, ServiceWidget, TeamWidget } from './reference-widgets';
import { said, type Widget } from './widget';

interface Choice {
  value: string | number | boolean;
  label: string;
}
const choicesOf = ({ options }: Widget): Choice[] => {
  const names = (options.enumNames ?? []) as string[];
  return (options.enumOptions ?? []).map(({ value, label }, i) => ({ value, label: names[i] ?? label }));
};

const limitOf = (schema: RJSFSchema) => (typeof schema.maxLength === 'number' ? { maxLength: schema.maxLength } : {});

function Text(props: Widget) {
  const { schema, value, onChange, disabled } = props;
  const numeric = schema.type === 'number' || schema.type === 'integer';
  if (!numeric)
    return (
      <Input
        {...said(props)}
        {...limitOf(schema)}
        disabled={disabled}
        type={schema.format === 'email' ? 'email' : schema.format === 'uri' ? 'url' : 'text'}
        value={value ?? ''}
        onChange={(e) => onChange(e.target.value === '' ? undefined : e.target.value)}
      />
    );
  return (
    <InputNumber<number>
      {...said(props)}
      className="form-number"
      changeOnWheel={false}
      disabled={disabled}
      precision={schema.type === 'integer' ? 0 : undefined}
      value={typeof value === 'number' ? value : null}
      onChange={(n) => onChange(n ?? undefined)}
    />
  );
}

function LongText(props: Widget) {
  const { schema, value, onChange, disabled } = props;
  return (
    <Input.TextArea
      {...said(props)}
      {...limitOf(schema)}
      disabled={disabled}
      autoSize={{ minRows: 3, maxRows: 20 }}
      value={value ?? ''}
      onChange={(e) => onChange(e.target.value === '' ? undefined : e.target.value)}
    />
  );
}

function OneOfFew(props: Widget) {
  return (
    <Radio.Group
      {...said(props)}
      className="stacked"
      disabled={props.disabled}
      name={props.id}
      options={choicesOf(props)}
      value={props.value}
      onChange={(e) => props.onChange(e.target.value)}
    />
  );
}

function OneOfMany(props: Widget) {
  const { t } = useTranslation();
  return (
    <Select
      {...said(props)}
      allowClear
      disabled={props.disabled}
      showSearch={{ optionFilterProp: 'label' }}
      placeholder={t('schemaForm.choose')}
      options={choicesOf(props)}
      value={props.value}
      onChange={(v) => props.onChange(v)}
    />
  );
}

/** Several values: of a list where the form names one, else free words. */
function Several(props: Widget) {
  const { t } = useTranslation();
  const allowed = props.options.allowed as unknown[] | undefined;
  const names = (props.options.enumNames ?? []) as string[];
  const value = Array.isArray(props.value) ? (props.value as string[]) : [];
  const change = (v: unknown[]) => props.onChange(v.length === 0 ? undefined : v);
  const options = allowed?.map((v, i) => ({ value: String(v), label: names[i] ?? String(v) }));
  if (options !== undefined && options.length <= 8)
    return (
      <Checkbox.Group className="choices" disabled={props.disabled} options={options} value={value} onChange={change} />
    );
  return (
    <Select
      {...said(props)}
      mode={options === undefined ? 'tags' : 'multiple'}
      disabled={props.disabled}
      placeholder={t(options === undefined ? 'schemaForm.words' : 'schemaForm.choose')}
      options={options}
      value={value}
      tokenSeparators={options === undefined ? [',', ';', '，', '；'] : undefined}
      onChange={change}
    />
  );
}

function Yes(props: Widget) {
  return (
    <Checkbox
      {...said(props)}
      checked={props.value === true}
      disabled={props.disabled}
      onChange={(e) => props.onChange(e.target.checked)}
    >
      {props.label}
    </Checkbox>
  );
}

const dated = (type: 'date' | 'time') =>
  function Dated(props: Widget) {
    return (
      <Input
        {...said(props)}
        type={type}
        className="form-number"
        disabled={props.disabled}
        value={props.value ?? ''}
        onChange={(e) => props.onChange(e.target.value === '' ? undefined : e.target.value)}
      />
    );
  };

/** An instant, typed on the viewer's clock. */
function InstantInput(props: Widget) {
  const { zone } = useViewer();
  const at = typeof props.value === 'string' ? Date.parse(props.value) : Number.NaN;
  return (
    <Input
      {...said(props)}
      type="datetime-local"
      className="form-number"
      disabled={props.disabled}
      value={Number.isNaN(at) ? '' : localOf(at, zone)}
      onChange={(e) => {
        const instant = instantOf(e.target.value, zone);
        props.onChange(instant === null ? undefined : new Date(instant).toISOString());
      }}
    />
  );
}

/** What a field can look like; names as `shown` gives them, and rjsf's own for what it chooses by itself. */
export const WIDGETS = {
  TextWidget: Text,
  TextareaWidget: LongText,
  textarea: LongText,
  text: Text,
  updown: Text,
  NumberWidget: Text,
  SelectWidget: OneOfMany,
  select: OneOfMany,
  radio: OneOfFew,
  RadioWidget: OneOfFew,
  checkbox: Yes,
  CheckboxWidget: Yes,
  several: Several,
  day: dated('date'),
  DateWidget: dated('date'),
  clock: dated('time'),
  instant: InstantInput,
  DateTimeWidget: InstantInput,
  EmailWidget: Text,
  URLWidget: Text,
  person: PersonWidget,
  service: ServiceWidget,
  team: TeamWidget,
  ci: CiWidget,
  attachments: AttachmentsWidget,
};
