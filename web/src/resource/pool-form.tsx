import { DeleteOutlined } from '@ant-design/icons';
import { Button, Form, Input, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import { RecordDrawer, type Sending } from '../form/record-drawer';
import { useNotice } from '../shell/notice';
import { type Pool, useChangePool, useCreatePool } from './queries';

interface Values {
  name: string;
  titleZh: string;
  titleEn: string;
  site: string;
  securityLevel: number;
  units: { unit: string; total: number }[];
}

const START: Partial<Values> = {
  securityLevel: 1,
  units: [
    { unit: 'vcpu', total: 0 },
    { unit: 'memoryGb', total: 0 },
    { unit: 'storageGb', total: 0 },
  ],
};

const valuesOf = (p: Pool): Values => ({
  name: p.name,
  titleZh: p.title['zh-CN'],
  titleEn: p.title.en,
  site: p.site,
  securityLevel: p.securityLevel,
  units: Object.entries(p.units).map(([unit, { total }]) => ({ unit, total })),
});

function bodyOf({ titleZh, titleEn, site, securityLevel, units }: Values) {
  const totals = Object.fromEntries(units.map(({ unit, total }) => [unit, total]));
  return { title: { 'zh-CN': titleZh, en: titleEn }, site, securityLevel, units: totals };
}

function fieldOf(path: string): string[] {
  const [first = '', second] = path.replace(/^body\./, '').split('.');
  if (first === 'title') return [second === 'en' ? 'titleEn' : 'titleZh'];
  return [first];
}

function UnitFields() {
  const { t } = useTranslation();
  const required = { required: true, message: t('form.required') };
  return (
    <Form.Item required label={t('resource.capacity')} extra={t('resource.unitsHelp')}>
      <Form.List name="units">
        {(fields, { add, remove }) => (
          <div className="unit-rows">
            {fields.map((field) => (
              <div key={field.key} className="unit-row">
                <Form.Item name={[field.name, 'unit']} rules={[required]} noStyle>
                  <Input aria-label={t('resource.unitName')} placeholder="vcpu" autoComplete="off" />
                </Form.Item>
                <Form.Item name={[field.name, 'total']} rules={[required]} noStyle>
                  <InputNumber aria-label={t('resource.total')} min={0} style={{ width: '100%' }} />
                </Form.Item>
                <Button
                  icon={<DeleteOutlined />}
                  aria-label={t('resource.removeUnit')}
                  disabled={fields.length === 1}
                  onClick={() => remove(field.name)}
                />
              </div>
            ))}
            <Button onClick={() => add({ unit: '', total: 0 })}>{t('resource.addUnit')}</Button>
          </div>
        )}
      </Form.List>
    </Form.Item>
  );
}

/** Enters a pool or changes one. @param pool null: a new one */
export function PoolForm({ pool, onClose }: { pool: Pool | null; onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const notice = useNotice();
  const create = useCreatePool();
  const change = useChangePool();
  const required = { required: true, whitespace: true, message: t('form.required') };
  const send = (values: Values, { key, onError }: Sending) => {
    const onSuccess = () => {
      void notice.success(t('resource.poolSaved'));
      onClose();
    };
    if (pool) change.mutate({ pool, body: bodyOf(values) }, { onSuccess, onError });
    else create.mutate({ body: { name: values.name, ...bodyOf(values) }, key }, { onSuccess, onError });
  };
  const label = (name: string) => t(`resource.field.${name}` as 'resource.field.site', { defaultValue: name });
  return (
    <RecordDrawer
      form={form}
      title={pool ? t('resource.editPool', { name: pool.name }) : t('resource.newPool')}
      width={560}
      start={pool ? valuesOf(pool) : START}
      attempts={[create, change]}
      submit={t('resource.save')}
      onSend={send}
      onClose={onClose}
      fieldOf={fieldOf}
      labelOf={label}
    >
      {!pool && (
        <Form.Item name="name" label={label('name')} extra={t('resource.nameHelp')} rules={[required]}>
          <Input autoFocus autoComplete="off" />
        </Form.Item>
      )}
      <Form.Item name="titleZh" label={label('titleZh')} rules={[required]}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="titleEn" label={label('titleEn')} rules={[required]}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="site" label={label('site')} rules={[required]}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="securityLevel" label={label('securityLevel')} extra={t('resource.levelHelp')}>
        <InputNumber min={1} max={100} precision={0} />
      </Form.Item>
      <UnitFields />
    </RecordDrawer>
  );
}
