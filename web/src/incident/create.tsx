import { Button, Form, Input, Radio } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { asProblem } from '../api/problem';
import { useDraft } from '../form/draft';
import { fieldErrors, ProblemAlert } from '../form/problem-alert';
import { ServiceField } from '../form/service-field';
import { useServices } from '../reference/queries';
import { useNotice } from '../shell/notice';
import { type NewIncident, useCreate } from './queries';

const LEVELS = ['high', 'medium', 'low'] as const;
/** Words are enough: the levels are a guess that the service desk corrects. */
const EMPTY: NewIncident = { title: '', description: '', impact: 'medium', urgency: 'medium' };
type FieldData = Parameters<ReturnType<typeof Form.useForm<NewIncident>>[0]['setFields']>[0];

/** One of three levels, each with what it means: nobody has to know a matrix. */
function LevelField({ name }: { name: 'impact' | 'urgency' }) {
  const { t } = useTranslation();
  return (
    <Form.Item name={name} label={t(`create.${name}`)} rules={[{ required: true, message: t('form.required') }]}>
      <Radio.Group
        className="stacked"
        options={LEVELS.map((l) => ({
          value: l,
          label: (
            <>
              <b>{t(`level.${l}`)}</b> <span className="quiet">{t(`create.${name}_${l}`)}</span>
            </>
          ),
        }))}
      />
    </Form.Item>
  );
}

/** Where there is only one service nobody has to choose it. */
function Service() {
  const services = useServices();
  const form = Form.useFormInstance<NewIncident>();
  const chosen = Form.useWatch('service', form);
  const only = services.data?.items.length === 1 ? services.data.items[0]?.id : undefined;
  useEffect(() => {
    if (only !== undefined && !chosen) form.setFieldValue('service', only);
  }, [form, only, chosen]);
  return (
    <>
      {services.isError && <ProblemAlert error={services.error} onRetry={() => void services.refetch()} />}
      <ServiceField />
    </>
  );
}

/**
 * Reports an incident. The draft and the idempotency key of the intent survive a reload; the key changes only after
 * success, so that a double click or a repeat after a lost answer files one case.
 */
export function IncidentCreate() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const message = useNotice();
  const draft = useDraft('incident', EMPTY);
  const create = useCreate();
  const [form] = Form.useForm<NewIncident>();
  const top = useRef<HTMLDivElement>(null);
  const send = (values: NewIncident) => {
    if (create.isPending) return;
    create.mutate(
      { values, key: draft.key },
      {
        onSuccess: (made) => {
          draft.clear();
          void message.success(t('create.done', { id: made.id }));
          void navigate(`/incidents/${made.id}`);
        },
        onError: (e) => {
          if (asProblem(e).code === 'IdempotencyKeyReused') draft.renew();
          form.setFields(fieldErrors(asProblem(e)) as FieldData);
          top.current?.scrollIntoView({ block: 'nearest' });
        },
      },
    );
  };
  return (
    <div className="narrow" ref={top}>
      <title>{`${t('place.newIncident')} · Continuo`}</title>
      <h1>{t('place.newIncident')}</h1>
      {create.isError && <ProblemAlert error={create.error} />}
      <Form
        form={form}
        layout="vertical"
        requiredMark="optional"
        scrollToFirstError={{ focus: true }}
        initialValues={draft.values}
        onValuesChange={(_, all) => draft.save(all)}
        onFinish={send}
      >
        <Form.Item
          name="title"
          label={t('create.title')}
          extra={t('create.titleHelp')}
          rules={[
            { required: true, whitespace: true, message: t('form.required') },
            { max: 200, message: t('form.tooLong', { count: 200 }) },
          ]}
        >
          <Input autoFocus />
        </Form.Item>
        <Form.Item name="description" label={t('field.description')} extra={t('create.descriptionHelp')}>
          <Input.TextArea autoSize={{ minRows: 4 }} maxLength={10_000} />
        </Form.Item>
        <Service />
        <p className="quiet">{t('create.levelsHelp')}</p>
        <LevelField name="impact" />
        <LevelField name="urgency" />
        <div className="form-foot">
          <Button type="primary" htmlType="submit" loading={create.isPending}>
            {t('create.submit')}
          </Button>
          <Button
            onClick={() => {
              draft.clear();
              form.setFieldsValue({ ...EMPTY, service: undefined });
              create.reset();
            }}
          >
            {t('create.discard')}
          </Button>
        </div>
      </Form>
    </div>
  );
}
