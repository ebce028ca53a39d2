import { Form, Input, InputNumber, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RequestOp } from '../../../domain/request-command';
import type { RequestView } from '../../../domain/request-projection';
import { asProblem } from '../api/problem';
import { useTeams } from '../form-schema/reference-queries';
import { useColleagues } from '../reference/queries';
import { useSession } from '../session/session';
import { serverNow } from '../time/now';
import { useViewer } from '../time/viewer';
import { instantOf, localOf } from '../time/zone';
import type { About, Values } from './command-values';
import { askedIn, returnable } from './commands-now';

interface FieldProps {
  name: keyof Values;
  label: string;
  help?: string;
  optional?: boolean;
}

function useRules(optional = false) {
  const { t } = useTranslation();
  return optional ? [] : [{ required: true, message: t('form.required') }];
}

function Long({ name, label, help, optional, max = 4000 }: FieldProps & { max?: number }) {
  const { t } = useTranslation();
  const rules = optional ? [] : [{ required: true, whitespace: true, message: t('form.required') }];
  return (
    <Form.Item name={name} label={label} extra={help} rules={rules}>
      <Input.TextArea autoFocus={!optional} autoSize={{ minRows: 3, maxRows: 16 }} maxLength={max} />
    </Form.Item>
  );
}

function Person({ name, label, help, optional }: FieldProps) {
  const { t } = useTranslation();
  const [q, setQ] = useState('');
  const people = useColleagues(q);
  return (
    <Form.Item name={name} label={label} extra={help} rules={useRules(optional)}>
      <Select
        allowClear
        showSearch={{ filterOption: false, onSearch: setQ }}
        options={people.options}
        loading={people.isFetching}
        placeholder={t('schemaForm.search')}
        notFoundContent={people.error ? t(`problem.${asProblem(people.error).code}`) : undefined}
      />
    </Form.Item>
  );
}

function Team({ name, label, help }: FieldProps) {
  const teams = useTeams();
  const { language } = useViewer();
  return (
    <Form.Item name={name} label={label} extra={help}>
      <Select
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        options={teams.data?.items.map((x) => ({ value: x.name, label: x.title[language] }))}
      />
    </Form.Item>
  );
}

/** Where several steps run side by side the one is named that is meant; else it goes without saying. */
function Step({ steps, label }: { steps: { id: string; title: string }[]; label: string }) {
  const [only, ...more] = steps;
  const one = only !== undefined && more.length === 0;
  return (
    <Form.Item name="step" label={label} rules={useRules()} hidden={one} initialValue={one ? only.id : undefined}>
      <Radio.Group className="stacked" options={steps.map((s) => ({ value: s.id, label: s.title }))} />
    </Form.Item>
  );
}

function Until() {
  const { t } = useTranslation();
  const { zone } = useViewer();
  const future = (_: unknown, v?: string) =>
    !v || (instantOf(v, zone) ?? 0) > serverNow() ? Promise.resolve() : Promise.reject(new Error(t('request.future')));
  return (
    <Form.Item
      name="until"
      label={t('request.until', { zone })}
      extra={t('request.untilHelp')}
      rules={[...useRules(), { validator: future }]}
    >
      <Input type="datetime-local" min={localOf(serverNow(), zone)} />
    </Form.Item>
  );
}

function Minutes() {
  const { t } = useTranslation();
  return (
    <Form.Item name="minutes" label={t('request.minutes')} rules={useRules()}>
      <InputNumber min={1} max={6000} precision={0} autoFocus />
    </Form.Item>
  );
}

/** Points of the checklist that have to be ticked first. */
function Unticked({ points }: { points: string[] }) {
  const { t } = useTranslation();
  if (points.length === 0) return null;
  return (
    <Form.Item
      name="unticked"
      required
      label={t('request.pointsLeft', { count: points.length })}
      rules={[{ validator: () => Promise.reject(new Error(t('request.tickFirst'))) }]}
    >
      <ul className="request-unticked">
        {points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
    </Form.Item>
  );
}

/** Results to choose from; one may demand a comment. */
function Outcome({ request, task }: { request: RequestView; task: string | undefined }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const { outcomes = [], checklist = [] } = request.tasks.find((x) => x.task === task) ?? {};
  const chosen: unknown = Form.useWatch('outcome');
  const demands = outcomes.some((o) => o.name === chosen && o.reason);
  return (
    <>
      {outcomes.length > 0 && (
        <Form.Item
          name="outcome"
          label={t('request.outcome')}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <Radio.Group
            className="stacked"
            options={outcomes.map((o) => ({ value: o.name, label: o.title[language] }))}
          />
        </Form.Item>
      )}
      {!demands && <Unticked points={checklist.filter((c) => !c.done).map((c) => c.title[language])} />}
      <Long key={String(demands)} name="comment" label={t('request.comment')} optional={!demands} />
    </>
  );
}

/** The fields of a command, by its name. */
export function CommandFields({ op, request, about }: { op: RequestOp; request: RequestView; about: About }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const login = useSession().data?.login ?? '';
  switch (op) {
    case 'withdraw':
    case 'cancel':
    case 'skip-step':
      return <Long name="reason" label={t('field.reason')} help={t(`request.help.${op}`)} max={1000} />;
    case 'suspend':
      return (
        <>
          <Long name="reason" label={t('field.reason')} max={1000} />
          <Until />
        </>
      );
    case 'ask':
      return <Long name="question" label={t('request.question')} help={t('request.help.ask')} />;
    case 'answer':
      return (
        <>
          <blockquote className="request-said" dir="auto">
            {request.awaiting?.text}
          </blockquote>
          <Long name="text" label={t('request.answer')} />
        </>
      );
    case 'return': {
      const steps = returnable(request).map((s) => ({ id: s.step, title: s.title[language] }));
      return (
        <>
          <Step steps={steps} label={t('request.fromStep')} />
          <Long name="comment" label={t('request.returnComment')} help={t('request.help.return')} />
        </>
      );
    }
    case 'delegate': {
      const asked = askedIn(request, login);
      const steps = request.approvals.filter((a) => a.state === 'running' && (asked.includes(a.step) || a.stranded));
      return (
        <>
          <Step steps={steps.map((a) => ({ id: a.step, title: a.title[language] }))} label={t('request.step')} />
          <Person name="to" label={t('request.delegateTo')} help={t('request.help.delegate')} />
          <Long name="reason" label={t('field.reason')} max={1000} />
        </>
      );
    }
    case 'log-work':
      return (
        <>
          <Minutes />
          <Long name="text" label={t('request.worked')} max={2000} />
        </>
      );
    case 'assign-task':
      return (
        <>
          <Person name="assignee" label={t('field.assignee')} help={t('request.help.assign')} optional />
          <Team name="team" label={t('field.team')} help={t('request.help.team')} />
          <Long name="note" label={t('field.note')} help={t('request.help.note')} max={2000} />
        </>
      );
    case 'complete-task':
      return <Outcome request={request} task={about.task} />;
    default:
      return null;
  }
}
