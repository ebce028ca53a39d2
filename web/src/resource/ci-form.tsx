import { Form, Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { RecordDrawer, type Sending } from '../form/record-drawer';
import { useNotice } from '../shell/notice';
import { type Ci, type CiType, useChangeCi, useCiTypes, useCreateCi } from './queries';
import { useAttributeName, useTypeTitle } from './words';

interface Values {
  type: string;
  name: string;
  owner?: string;
  attributes?: Record<string, string | number | null | undefined>;
  reason?: string;
}

/** Attributes that a type knows, with what they hold. */
function propertiesOf(type: CiType | undefined): { name: string; number: boolean }[] {
  const properties = type?.schema.properties;
  if (typeof properties !== 'object' || properties === null) return [];
  return Object.entries(properties as Record<string, { type?: string }>).map(([name, schema]) => ({
    name,
    number: schema.type === 'number' || schema.type === 'integer',
  }));
}

/** What is left empty is not known: nothing in a new item, taken away from one that is there. */
function attributesOf(values: Values['attributes'], before: Ci | null): Record<string, unknown> {
  const filled = Object.entries(values ?? {}).filter(([, v]) => v !== undefined && v !== null && v !== '');
  const gone = Object.keys(values ?? {}).filter(
    (name) => before?.attributes[name] !== undefined && !filled.some(([n]) => n === name),
  );
  return Object.fromEntries([...filled, ...gone.map((name) => [name, null] as const)]);
}

const fieldOf = (path: string): string[] => path.replace(/^body\./, '').split('.');

interface Props {
  /** Null: a new one. */
  ci: Ci | null;
  onClose: () => void;
  onSaved: (ci: Ci) => void;
}

/** Enters a configuration item or changes one; the fields are those of its type. */
export function CiForm({ ci, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const notice = useNotice();
  const create = useCreateCi();
  const change = useChangeCi();
  const types = useCiTypes().data?.items ?? [];
  const attributeName = useAttributeName();
  const title = useTypeTitle();
  const chosen: string | undefined = Form.useWatch('type', form) ?? ci?.type;
  const required = { required: true, whitespace: true, message: t('form.required') };
  const send = ({ type, name, owner, attributes, reason }: Values, { key, onError }: Sending) => {
    const onSuccess = (saved: Ci) => {
      void notice.success(t('resource.ciSaved', { id: saved.id }));
      onSaved(saved);
      onClose();
    };
    const said = { name, ...(owner ? { owner } : {}), attributes: attributesOf(attributes, ci) };
    if (ci) change.mutate({ ci, body: { ...said, reason: reason ?? '' } }, { onSuccess, onError });
    else create.mutate({ body: { type, ...said, ...(reason ? { reason } : {}) }, key }, { onSuccess, onError });
  };
  const label = (name: string) => t(`resource.field.${name}` as 'resource.field.site', { defaultValue: name });
  return (
    <RecordDrawer
      form={form}
      title={ci ? t('resource.editCi', { id: ci.id }) : t('resource.newCi')}
      width={560}
      start={ci ? { ...ci, reason: '', attributes: ci.attributes as Values['attributes'] } : {}}
      attempts={[create, change]}
      submit={t('resource.save')}
      onSend={send}
      onClose={onClose}
      fieldOf={fieldOf}
      labelOf={label}
    >
      {!ci && (
        <Form.Item name="type" label={t('resource.type')} rules={[required]}>
          <Select options={types.map(({ name }) => ({ value: name, label: title(name) }))} />
        </Form.Item>
      )}
      <Form.Item name="name" label={label('name')} rules={[required]}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="owner" label={t('field.owner')} extra={ci ? undefined : t('resource.ownerHelp')}>
        <Input autoComplete="off" />
      </Form.Item>
      {propertiesOf(types.find((type) => type.name === chosen)).map(({ name, number }) => (
        <Form.Item key={name} name={['attributes', name]} label={attributeName(name)}>
          {number ? <InputNumber style={{ width: 160 }} /> : <Input autoComplete="off" />}
        </Form.Item>
      ))}
      <Form.Item name="reason" label={t('field.reason')} rules={ci ? [required] : []}>
        <Input.TextArea autoSize={{ minRows: 2 }} />
      </Form.Item>
    </RecordDrawer>
  );
}
