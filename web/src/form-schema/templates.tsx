import { CloseOutlined, PlusOutlined } from '@ant-design/icons';
import {
  type ArrayFieldItemTemplateProps,
  type ArrayFieldTemplateProps,
  type FieldTemplateProps,
  getUiOptions,
  type ObjectFieldTemplateProps,
  type RJSFSchema,
} from '@rjsf/utils';
import { Button, Form } from 'antd';
import { useTranslation } from 'react-i18next';
import type { FormContext } from './context';
import type { Data } from './schema';
import { faultId, helpId } from './widget';

type Own<P> = P & { schema: RJSFSchema };

function Faults({ id, told }: { id: string; told: readonly string[] | undefined }) {
  return <span id={faultId(id)}>{told?.join(' · ')}</span>;
}

/** Label above, control, help and what is wrong below; sections and tables have frames of their own. */
function FieldFrame(props: Own<FieldTemplateProps<Data, RJSFSchema, FormContext>>) {
  const { id, label, required, rawErrors, schema, uiSchema, children, hidden } = props;
  if (hidden) return <div hidden>{children}</div>;
  const { widget, help } = getUiOptions(uiSchema);
  if (schema.type === 'object') return children;
  const isTable = schema.type === 'array' && widget === undefined;
  if (isTable) return children;
  const broken = (rawErrors?.length ?? 0) > 0;
  return (
    <Form.Item
      htmlFor={id}
      label={widget === 'checkbox' ? undefined : label}
      required={required}
      validateStatus={broken ? 'error' : undefined}
      help={broken ? <Faults id={id} told={rawErrors} /> : undefined}
      extra={typeof help === 'string' ? <span id={helpId(id)}>{help}</span> : undefined}
    >
      {children}
    </Form.Item>
  );
}

/** Sections stand below each other with a number; what lies deeper is a group; a row of a table stands side by side. */
function ObjectFrame(props: ObjectFieldTemplateProps<Data, RJSFSchema, FormContext>) {
  const { fieldPathId, title, properties, uiSchema } = props;
  const { path, $id } = fieldPathId;
  const content = properties.map((p) => <div key={p.name}>{p.content}</div>);
  const { help } = getUiOptions(uiSchema);
  const words = typeof help === 'string' && <p className="quiet">{help}</p>;
  if (path.length === 0) return <div className="form-sections">{content}</div>;
  if (typeof path.at(-1) === 'number') return <div className="form-row-fields">{content}</div>;
  if (path.length === 1)
    return (
      <section id={$id} className="form-section" aria-labelledby={`${$id}--title`} tabIndex={-1}>
        <h2 id={`${$id}--title`}>{title}</h2>
        {words}
        {content}
      </section>
    );
  return (
    <fieldset id={$id} className="form-group" tabIndex={-1}>
      <legend>{title}</legend>
      {words}
      {content}
    </fieldset>
  );
}

function TableFrame(props: ArrayFieldTemplateProps<Data, RJSFSchema, FormContext>) {
  const { t } = useTranslation();
  const { fieldPathId, title, items, onAddClick, rawErrors, uiSchema, required, disabled, canAdd } = props;
  const { help } = getUiOptions(uiSchema);
  return (
    <fieldset id={fieldPathId.$id} className="form-table" tabIndex={-1}>
      <legend>
        {title} {!required && <span className="quiet">{t('schemaForm.optional')}</span>}
      </legend>
      {typeof help === 'string' && <p className="quiet">{help}</p>}
      {(rawErrors?.length ?? 0) > 0 && (
        <p className="broken">
          <Faults id={fieldPathId.$id} told={rawErrors} />
        </p>
      )}
      {items}
      {canAdd && (
        <Button icon={<PlusOutlined />} disabled={disabled} onClick={onAddClick}>
          {t('schemaForm.addRow')}
        </Button>
      )}
    </fieldset>
  );
}

function RowFrame({
  children,
  buttonsProps,
  index,
  disabled,
}: ArrayFieldItemTemplateProps<Data, RJSFSchema, FormContext>) {
  const { t } = useTranslation();
  const n = index + 1;
  return (
    <fieldset className="form-row" aria-label={t('schemaForm.row', { n })}>
      {children}
      <Button
        type="text"
        icon={<CloseOutlined />}
        disabled={disabled}
        aria-label={t('schemaForm.removeRow', { n })}
        title={t('schemaForm.removeRow', { n })}
        onClick={buttonsProps.onRemoveItem}
      />
    </fieldset>
  );
}

export const TEMPLATES = {
  FieldTemplate: FieldFrame,
  ObjectFieldTemplate: ObjectFrame,
  ArrayFieldTemplate: TableFrame,
  ArrayFieldItemTemplate: RowFrame,
};
