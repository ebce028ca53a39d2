import { Button, Drawer, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ProblemAlert } from '../form/problem-alert';
import { useServiceName } from '../incident/badges';
import { duration } from '../time/format';
import { serverNow } from '../time/now';
import { useViewer } from '../time/viewer';
import { instantOf } from '../time/zone';
import { AnnotatedBody } from './annotated-body';
import { Labels } from './labels';
import { type SenderKind, sampleOf } from './snippets';
import { type IntakeSource, type TryAnswer, useTry } from './source-queries';

type TriedGroup = TryAnswer['groups'][number];
type TriedAlert = TryAnswer['alerts'][number];

/** What would come of a group, in a sentence. */
function Outcome({ group }: { group: TriedGroup }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const serviceName = useServiceName();
  const incident = group.existing?.incidentId ?? '';
  const severity = group.severity ?? '–';
  const wait = duration(group.timing.wait, language);
  const values = { incident, severity, service: serviceName(group.service), wait };
  return (
    <p className={`try-outcome try-${group.outcome}`}>
      <b>{t(`try.${group.outcome}`, values)}</b>{' '}
      {incident !== '' && (
        <Link className="case-id" to={`/incidents/${incident}`}>
          {incident}
        </Link>
      )}
    </p>
  );
}

function Timing({ timing }: { timing: TriedGroup['timing'] }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const length = (seconds: number) => duration(seconds, language);
  const parts = [
    timing.wait > 0 ? t('try.wait', { length: length(timing.wait) }) : '',
    t('try.interval', { length: length(timing.interval) }),
    timing.repeat === null ? '' : t('try.repeat', { length: length(timing.repeat) }),
    timing.resolve === null ? t('try.noResolve') : t('try.resolve', { length: length(timing.resolve) }),
  ];
  return <small className="quiet">{parts.filter(Boolean).join(' · ')}</small>;
}

function Group({ group }: { group: TriedGroup }) {
  const { t } = useTranslation();
  return (
    <li className="card">
      <Outcome group={group} />
      <div dir="auto">{group.title}</div>
      <small className="quiet">
        {t('try.group', { firing: group.firing, held: group.held })}
        {group.rule !== null && ` · ${t('try.rule', { rule: group.rule })}`}
      </small>
      <Timing timing={group.timing} />
      <small className="quiet mono" dir="auto">
        {group.groupKey}
      </small>
    </li>
  );
}

function Fate({ alert }: { alert: TriedAlert }) {
  const { t } = useTranslation();
  const { reason } = alert;
  return (
    <li>
      <b>{t(`try.fate_${alert.fate}`)}</b>
      {reason !== null && (
        <span className="silence-active">
          {' '}
          ‖ {reason.kind === 'filter' ? t('try.filter') : t(`held.${reason.kind}`)} <small>{reason.by}</small>
        </span>
      )}{' '}
      {alert.impact !== null && alert.urgency !== null && (
        <span className="quiet">
          {t(`level.${alert.impact}`)} / {t(`level.${alert.urgency}`)}
        </span>
      )}
      <Labels labels={alert.labels} />
    </li>
  );
}

function Answer({ answer, body }: { answer: TryAnswer; body: string }) {
  const { t } = useTranslation();
  if (answer.errors.length > 0)
    return (
      <>
        <h3 className="broken">✕ {t('try.refused', { count: answer.errors.length })}</h3>
        <AnnotatedBody body={body} errors={answer.errors} />
      </>
    );
  return (
    <>
      {answer.groups.length === 0 && <p>{t('try.noGroup')}</p>}
      <ul className="cards">
        {answer.groups.map((g) => (
          <Group key={g.groupKey} group={g} />
        ))}
      </ul>
      <h3>{t('try.alerts', { count: answer.alerts.length })}</h3>
      <ul className="preview-list">
        {answer.alerts.map((a) => (
          <Fate key={a.fingerprint} alert={a} />
        ))}
      </ul>
    </>
  );
}

/** "What would this open?": a push is tried against rules and silences of now or of another instant; nothing is written. */
export function SourceTry({ source, onClose }: { source: IntakeSource; onClose: () => void }) {
  const { t } = useTranslation();
  const { zone } = useViewer();
  const attempt = useTry();
  const [sent, setSent] = useState('');
  const [sample] = useState(() => JSON.stringify(sampleOf(source.kind as SenderKind, serverNow()), null, 2));
  const send = ({ body, at }: { body: string; at?: string }) => {
    setSent(body);
    const instant = at ? instantOf(at, zone) : null;
    attempt.mutate({ id: source.id, body, at: instant === null ? undefined : new Date(instant).toISOString() });
  };
  return (
    <Drawer open size={720} title={t('try.title', { name: source.name })} onClose={onClose}>
      <p className="quiet">{t('try.help')}</p>
      <Form layout="vertical" requiredMark="optional" initialValues={{ body: sample }} onFinish={send}>
        <Form.Item name="body" label={t('try.body')} rules={[{ required: true, message: t('form.required') }]}>
          <Input.TextArea className="mono" autoSize={{ minRows: 8, maxRows: 20 }} spellCheck={false} />
        </Form.Item>
        <Form.Item name="at" label={t('try.at', { zone })} extra={t('try.atHelp')}>
          <Input type="datetime-local" />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={attempt.isPending}>
          {t('try.submit')}
        </Button>
      </Form>
      <section className="try-answer" aria-live="polite">
        {attempt.isError && <ProblemAlert error={attempt.error} />}
        {attempt.data !== undefined && <Answer answer={attempt.data} body={sent} />}
      </section>
    </Drawer>
  );
}
