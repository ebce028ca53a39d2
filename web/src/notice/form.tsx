import { Checkbox, Form, Input, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { RecordDrawer, type Sending } from '../form/record-drawer';
import { useTenants } from '../organisation/queries';
import { useServices } from '../reference/queries';
import { useMay, useMe } from '../session/session';
import { useNotice } from '../shell/notice';
import { useViewer } from '../time/viewer';
import { instantOf, localOf } from '../time/zone';
import { type NewNotice, type Notice, useChangeNotice, usePublish } from './queries';

const KINDS = ['info', 'maintenance', 'incident'] as const;
const LANGUAGES = ['zh-CN', 'en'] as const;

interface Values {
  kind: Notice['kind'];
  title: { 'zh-CN'?: string; en?: string };
  body: { 'zh-CN'?: string; en?: string };
  audience: 'all' | 'some';
  tenants: string[];
  startsAt?: string;
  endsAt?: string;
  pinned: boolean;
  service?: string;
  caseId?: string;
}

function valuesOf(n: Notice | null, zone: string, tenant: string): Partial<Values> {
  if (n === null) return { kind: 'info', audience: 'some', tenants: [tenant], pinned: false };
  const text = (x: Notice['title']) => ({ 'zh-CN': x['zh-CN'] ?? '', en: x.en ?? '' });
  return {
    kind: n.kind,
    title: text(n.title),
    body: text(n.body),
    audience: n.tenants === null ? 'all' : 'some',
    tenants: n.tenants ?? [],
    startsAt: localOf(Date.parse(n.startsAt), zone),
    endsAt: n.endsAt === null ? '' : localOf(Date.parse(n.endsAt), zone),
    pinned: n.pinned,
    service: n.service ?? undefined,
    caseId: n.caseId ?? '',
  };
}

const isoOf = (local: string | undefined, zone: string) => {
  const at = local ? instantOf(local, zone) : null;
  return at === null ? null : new Date(at).toISOString();
};

function bodyOf(v: Values, zone: string): NewNotice {
  const text = (x: Values['title'] | undefined) => ({ 'zh-CN': x?.['zh-CN'] || null, en: x?.en || null });
  const startsAt = isoOf(v.startsAt, zone);
  return {
    kind: v.kind,
    title: text(v.title),
    body: text(v.body),
    tenants: v.audience === 'all' ? null : v.tenants,
    ...(startsAt === null ? {} : { startsAt }),
    endsAt: isoOf(v.endsAt, zone),
    pinned: v.pinned,
    service: v.service ?? null,
    caseId: v.caseId || null,
  };
}

/** Where an error of the API belongs. */
const fieldOf = (path: string): string[] => {
  const name = path.replace(/^body\./, '').split('.');
  if (name[0] === 'title' && name.length === 1) return ['title', 'zh-CN'];
  return name[0] === 'tenants' ? ['tenants'] : name;
};

function Texts() {
  const { t } = useTranslation();
  const needed = ({ getFieldValue }: { getFieldValue: (name: (string | number)[]) => unknown }) => ({
    validator: () =>
      LANGUAGES.some((l) => String(getFieldValue(['title', l]) ?? '').trim() !== '')
        ? Promise.resolve()
        : Promise.reject(new Error(t('board.form.titleNeeded'))),
  });
  return (
    <>
      <div className="notice-texts">
        {LANGUAGES.map((l) => (
          <Form.Item
            key={l}
            name={['title', l]}
            label={t(`board.form.title_${l}`)}
            dependencies={[['title', l === 'en' ? 'zh-CN' : 'en']]}
            rules={l === 'zh-CN' ? [needed] : []}
          >
            <Input maxLength={200} lang={l} />
          </Form.Item>
        ))}
        {LANGUAGES.map((l) => (
          <Form.Item key={l} name={['body', l]} label={t(`board.form.body_${l}`)}>
            <Input.TextArea maxLength={10_000} autoSize={{ minRows: 4, maxRows: 16 }} lang={l} />
          </Form.Item>
        ))}
      </div>
      <p className="quiet">{t('board.form.textHelp')}</p>
    </>
  );
}

function Audience({ own }: { own: string }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance<Values>();
  const audience = Form.useWatch('audience', form);
  const tenants = useTenants(useMay()('people:read')).data?.pages.flatMap((p) => p.items) ?? [];
  const known =
    tenants.length > 0
      ? tenants.map((x) => ({ value: x.id, label: `${x.name} (${x.id})` }))
      : [{ value: own, label: own }];
  return (
    <>
      <Form.Item name="audience" label={t('board.form.audience')} rules={[{ required: true }]}>
        <Radio.Group
          className="stacked"
          options={[
            { value: 'some', label: t('board.form.some') },
            { value: 'all', label: t('board.form.everybody') },
          ]}
        />
      </Form.Item>
      {audience !== 'all' && (
        <Form.Item
          name="tenants"
          label={t('board.form.tenants')}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <Select mode="multiple" options={known} showSearch={{ optionFilterProp: 'label' }} />
        </Form.Item>
      )}
    </>
  );
}

function Times({ zone }: { zone: string }) {
  const { t } = useTranslation();
  const ordered = ({ getFieldValue }: { getFieldValue: (name: string) => unknown }) => ({
    validator: (_: unknown, value?: string) => {
      const from = instantOf(String(getFieldValue('startsAt') ?? ''), zone);
      const to = value ? instantOf(value, zone) : null;
      return from !== null && to !== null && to <= from
        ? Promise.reject(new Error(t('board.form.order')))
        : Promise.resolve();
    },
  });
  return (
    <div className="notice-texts">
      <Form.Item name="startsAt" label={t('board.form.startsAt', { zone })} extra={t('board.form.startsHelp')}>
        <Input type="datetime-local" />
      </Form.Item>
      <Form.Item
        name="endsAt"
        label={t('board.form.endsAt', { zone })}
        extra={t('board.form.endsHelp')}
        dependencies={['startsAt']}
        rules={[ordered]}
      >
        <Input type="datetime-local" />
      </Form.Item>
    </div>
  );
}

function About() {
  const { t } = useTranslation();
  const { language } = useViewer();
  const services = useServices();
  return (
    <>
      <Form.Item name="service" label={t('board.form.service')}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          options={services.data?.items.map((s) => ({ value: s.id, label: s.name[language] }))}
        />
      </Form.Item>
      <Form.Item
        name="caseId"
        label={t('board.form.caseId')}
        extra={t('board.form.caseHelp')}
        rules={[{ pattern: /^[A-Z]{3}-\d{6,}$/, message: t('board.form.caseLooks') }]}
      >
        <Input maxLength={30} />
      </Form.Item>
      <Form.Item name="pinned" valuePropName="checked">
        <Checkbox>{t('board.form.pinned')}</Checkbox>
      </Form.Item>
    </>
  );
}

/** Writes a notice or changes one. */
export function NoticeForm({ notice, onClose }: { notice: Notice | null; onClose: () => void }) {
  const { t } = useTranslation();
  const say = useNotice();
  const me = useMe().data;
  const own = me?.tenantId ?? '';
  const { zone } = useViewer();
  const [form] = Form.useForm<Values>();
  const publish = usePublish();
  const change = useChangeNotice();
  const done = (words: string) => () => {
    void say.success(words);
    onClose();
  };
  const send = (values: Values, { key, onError }: Sending) => {
    const body = bodyOf(values, zone);
    if (notice === null) publish.mutate({ body, key }, { onSuccess: done(t('board.published')), onError });
    else
      change.mutate({ id: notice.id, version: notice.version, body }, { onSuccess: done(t('board.saved')), onError });
  };
  if (me === undefined) return null;
  return (
    <RecordDrawer
      form={form}
      title={t(notice === null ? 'board.form.create' : 'board.form.change')}
      width={720}
      start={valuesOf(notice, zone, own)}
      attempts={[publish, change]}
      submit={t(notice === null ? 'board.publish' : 'board.save')}
      onSend={send}
      onClose={onClose}
      fieldOf={fieldOf}
      labelOf={(name) => t(`board.form.${name}` as 'board.form.kind', { defaultValue: name })}
    >
      <Form.Item name="kind" label={t('board.form.kind')} rules={[{ required: true }]}>
        <Radio.Group options={KINDS.map((k) => ({ value: k, label: t(`board.kind.${k}`) }))} />
      </Form.Item>
      <Texts />
      <Audience own={own} />
      <Times zone={zone} />
      <About />
    </RecordDrawer>
  );
}
