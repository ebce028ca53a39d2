import { Button, Form, Input, Radio, Skeleton } from 'antd';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate, useSearchParams } from 'react-router';
import { SILENCE_KINDS } from '../../../domain/alert-silence';
import { asProblem } from '../api/problem';
import { useDraft } from '../form/draft';
import { type FieldProblem, FormProblems } from '../form/form-problems';
import { messageOf, ProblemAlert } from '../form/problem-alert';
import { useNotice } from '../shell/notice';
import { useTablet } from '../shell/width';
import { serverNow } from '../time/now';
import { useViewer } from '../time/viewer';
import { LinkButton } from './link-button';
import { MatcherFields } from './matcher-fields';
import { startOf } from './matchers';
import { Preview } from './preview';
import { ScheduleFields } from './schedule-fields';
import { bodyOf, choiceOf, emptySilence, formField, likeSilence, type SilenceValues } from './silence-form';
import { useCreateSilence, useSilence } from './silence-queries';
import './converge.css';

type FieldData = Parameters<ReturnType<typeof Form.useForm<SilenceValues>>[0]['setFields']>[0];

/** What the link asks for: a copy of an earlier silence, or conditions. */
function useStart(): { ready: boolean; error: unknown; values: SilenceValues } {
  const { zone } = useViewer();
  const [params] = useSearchParams();
  const like = params.get('like');
  const earlier = useSilence(like);
  const [empty] = useState(() => emptySilence(serverNow(), zone));
  const values = useMemo(() => {
    if (earlier.data) return likeSilence(earlier.data, empty);
    const { kind, host, matchers } = startOf(params);
    return { ...empty, kind, host, matchers: matchers.length > 0 ? matchers : empty.matchers };
  }, [earlier.data, empty, params]);
  return { ready: like === null || earlier.data !== undefined, error: earlier.error, values };
}

function KindFields({ values }: { values: SilenceValues }) {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item required name="kind" label={t('silence.kind')}>
        <Radio.Group
          className="stacked"
          options={SILENCE_KINDS.map((value) => ({
            value,
            label: (
              <>
                <b>{t(`silence.kind_${value}`)}</b> <span className="quiet">{t(`silence.kindHelp_${value}`)}</span>
              </>
            ),
          }))}
        />
      </Form.Item>
      {values.kind === 'host' ? (
        <Form.Item
          name="host"
          label={t('silence.host')}
          extra={t('silence.hostHelp')}
          rules={[{ required: true, whitespace: true, message: t('form.required') }]}
        >
          <Input className="mono" maxLength={500} />
        </Form.Item>
      ) : (
        <MatcherFields />
      )}
    </>
  );
}

const LABELS: Record<string, 'host' | 'matchers' | 'comment' | 'to' | 'start' | 'minutes' | 'days' | 'until' | 'kind'> =
  {
    host: 'host',
    label: 'matchers',
    op: 'matchers',
    value: 'matchers',
    matchers: 'matchers',
    comment: 'comment',
    to: 'to',
    start: 'start',
    minutes: 'minutes',
    days: 'days',
    until: 'until',
    kind: 'kind',
  };

function useLabel(zone: string) {
  const { t } = useTranslation();
  return (name: string, row: number | null) => {
    const known = LABELS[name];
    if (known === undefined) return name === 'rrule' ? 'RRULE' : name;
    return row === null ? t(`silence.${known}`, { zone }) : `${t('silence.matchers')} ${row}`;
  };
}

function SilenceForm({ start }: { start: SilenceValues }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const notice = useNotice();
  const { search } = useLocation();
  const draft = useDraft<SilenceValues>(`silence${search}`, start);
  const create = useCreateSilence();
  const [form] = Form.useForm<SilenceValues>();
  const [failed, setFailed] = useState<readonly FieldProblem[]>([]);
  const top = useRef<HTMLDivElement>(null);
  const narrow = useTablet();
  const values = { ...draft.values, ...(Form.useWatch([], form) as Partial<SilenceValues> | undefined) };
  const label = useLabel(values.zone);
  const refuse = (problems: readonly FieldProblem[]) => {
    setFailed(problems);
    top.current?.scrollIntoView({ block: 'nearest' });
  };
  const choice = choiceOf(values);
  const send = () => {
    if (create.isPending) return;
    if (choice === 'everything') return refuse([{ name: ['matchers'], errors: [t('silence.everything')] }]);
    setFailed([]);
    create.mutate(
      { body: bodyOf(values), key: draft.key },
      {
        onSuccess: (made) => {
          draft.clear();
          void notice.success(t(made.state === 'active' ? 'silence.doneNow' : 'silence.done'));
          void navigate('/alerts/silences');
        },
        onError: (e) => {
          const problem = asProblem(e);
          if (problem.code === 'IdempotencyKeyReused') draft.renew();
          const fields = problem.errors.map((x) => ({
            name: formField(x.path, values.schedule),
            errors: [messageOf(x)],
          }));
          form.setFields(fields as FieldData);
          refuse([]);
        },
      },
    );
  };
  return (
    <div className="silence-form" ref={top}>
      <FormProblems
        failed={failed}
        error={create.error}
        fieldOf={(path) => formField(path, values.schedule)}
        labelOf={label}
      />
      <div className="silence-columns">
        <Form
          form={form}
          layout="vertical"
          requiredMark="optional"
          initialValues={draft.values}
          onValuesChange={(_, all) => draft.save({ ...values, ...all })}
          onFinish={send}
          onFinishFailed={({ errorFields }) => {
            create.reset();
            refuse(errorFields as FieldProblem[]);
          }}
        >
          <KindFields values={values} />
          {narrow && <Preview choice={choice} />}
          <ScheduleFields values={values} />
          <Form.Item
            name="comment"
            label={t('silence.comment')}
            extra={t('silence.commentHelp')}
            rules={[{ required: true, whitespace: true, message: t('form.required') }]}
          >
            <Input.TextArea autoSize={{ minRows: 2 }} maxLength={2000} />
          </Form.Item>
          <div className="form-foot">
            <Button type="primary" htmlType="submit" loading={create.isPending}>
              {t('silence.create')}
            </Button>
            <LinkButton type="text" to="/alerts/silences" onClick={() => draft.clear()}>
              {t('silence.discard')}
            </LinkButton>
          </div>
        </Form>
        {!narrow && <Preview choice={choice} />}
      </div>
    </div>
  );
}

/** Asks what to keep quiet, when and why, and shows beside it what that would hold now. */
export function SilenceNew() {
  const { t } = useTranslation();
  const { search } = useLocation();
  const { ready, error, values } = useStart();
  return (
    <div className="list">
      <title>{`${t('silence.new')} · Continuo`}</title>
      <p>
        <Link to="/alerts/silences">← {t('groups.silences')}</Link>
      </p>
      <h1>{t('silence.new')}</h1>
      {ready ? (
        <SilenceForm key={search} start={values} />
      ) : error === null ? (
        <Skeleton active />
      ) : (
        <ProblemAlert error={error} />
      )}
    </div>
  );
}
