import { Alert, Checkbox, Form, InputNumber } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ASSESSMENT_GROUNDS, type IncidentOp, RELATIONS } from '../../../domain/incident-command';
import { decidable } from '../incident/command-fields';
import type { Incident } from '../incident/types';
import { useServices } from '../reference/queries';
import { useSession } from '../session/session';
import { useViewer } from '../time/viewer';
import { linkValue, openChildren, stepValue, type Values } from './command-body';
import {
  CaseField,
  ChoiceField,
  FutureField,
  LevelField,
  LongField,
  PersonField,
  PickField,
  ShortField,
} from './fields';
import { useHandling, useStepTitle } from './handling';

type Asks = (props: { incident: Incident }) => ReactNode;

const AssignForm: Asks = ({ incident }) => {
  const { t } = useTranslation();
  return (
    <>
      <PersonField
        name="assignee"
        label={t('field.assignee')}
        help={t('assign.help')}
        optional
        placeholder={incident.assignee ?? t('incident.queueOf', { team: incident.team })}
      />
      <ShortField name="team" label={t('field.team')} optional placeholder={incident.team} />
    </>
  );
};

/** Lines to choose from, each with its team. */
function useLineOptions({ service }: Incident, fits: (line: number) => boolean) {
  const { t } = useTranslation();
  const { lines, lineTitle } = useHandling(service);
  return lines.filter(fits).map((line) => ({ value: line, label: lineTitle(line) ?? t('line.name', { line }) }));
}

const TransferForm: Asks = ({ incident }) => {
  const { t } = useTranslation();
  const lines = useLineOptions(incident, (line) => line !== incident.line && (line !== 5 || incident.line === 4));
  return (
    <>
      <ChoiceField name="line" label={t('line.to')} help={t('line.transferHelp')} options={lines} stacked />
      <LongField name="reason" label={t('field.reason')} max={1000} focus={false} />
      <PersonField name="assignee" label={t('field.assignee')} help={t('line.assigneeHelp')} optional />
      <ShortField name="team" label={t('field.team')} help={t('line.teamHelp')} optional />
    </>
  );
};

const AssessForm: Asks = ({ incident }) => {
  const { t } = useTranslation();
  const from = incident.assessment?.fromLine ?? incident.line ?? 0;
  const above = useLineOptions(incident, (line) => line > from);
  const decision = Form.useWatch<Values['decision']>('decision');
  const decisions = [
    { value: 'stay', label: t('assess.stay', { line: from }) },
    ...(above.length > 0 ? [{ value: 'escalate', label: t('assess.escalate') }] : []),
  ];
  const grounds = ASSESSMENT_GROUNDS.map((g) => ({ value: g, label: t(`grounds.${g}`) }));
  return (
    <>
      <ChoiceField name="decision" label={t('assess.decision')} help={t('assess.help')} options={decisions} stacked />
      {decision === 'escalate' && <ChoiceField name="line" label={t('line.to')} options={above} stacked />}
      <ChoiceField name="grounds" label={t('assess.grounds')} options={grounds} stacked />
      <LongField name="note" label={t('assess.note')} max={1000} focus={false} />
      <Form.Item name="limitMinutes" label={t('assess.limit')} extra={t('assess.limitHelp')}>
        <InputNumber min={1} max={100_000} precision={0} suffix={t('assess.minutes')} className="wide" />
      </Form.Item>
      <LevelField name="impact" />
      <LevelField name="urgency" />
    </>
  );
};

const PrioritiseForm: Asks = () => {
  const { t } = useTranslation();
  return (
    <>
      <LevelField name="impact" />
      <LevelField name="urgency" />
      <LongField name="reason" label={t('field.reason')} help={t('prioritise.help')} max={1000} focus={false} />
    </>
  );
};

const PendForm: Asks = ({ incident }) => {
  const { t } = useTranslation();
  const { language, zone } = useViewer();
  const reasons = useServices().data?.items.find((s) => s.id === incident.service)?.pauseReasons ?? [];
  const options = reasons.map((r) => ({ value: r.value, label: r.label[language] }));
  return (
    <>
      <ChoiceField name="reason" label={t('pend.reason')} help={t('pend.reasonHelp')} options={options} stacked />
      <FutureField name="until" label={t('pend.until', { zone })} help={t('pend.untilHelp')} optional />
      <LongField name="note" label={t('field.note')} max={1000} focus={false} optional />
    </>
  );
};

const SuspendForm: Asks = () => {
  const { t } = useTranslation();
  const { zone } = useViewer();
  return (
    <>
      <LongField name="reason" label={t('field.reason')} help={t('suspend.help')} max={1000} />
      <FutureField name="until" label={t('pend.until', { zone })} help={t('suspend.untilHelp')} />
    </>
  );
};

const ResolveForm: Asks = ({ incident }) => {
  const { t } = useTranslation();
  const children = openChildren(incident);
  return (
    <>
      <LongField name="resolution" label={t('field.resolution')} help={t('resolve.help')} />
      {children.length > 0 && (
        <Form.Item name="children" label={t('resolve.children')} extra={t('resolve.childrenHelp')}>
          <Checkbox.Group className="stacked" options={children} />
        </Form.Item>
      )}
    </>
  );
};

const MergeForm: Asks = ({ incident }) => {
  const { t } = useTranslation();
  return (
    <>
      <Alert type="info" showIcon title={t('merge.what', { id: incident.id })} />
      <CaseField name="into" label={t('merge.into')} except={[incident.id]} />
    </>
  );
};

const ParentForm: Asks = ({ incident }) => {
  const { t } = useTranslation();
  const except = [incident.id, ...incident.children.map((c) => c.id)];
  return <CaseField name="parent" label={t('relation.parent')} help={t('relation.parentHelp')} except={except} />;
};

const LinkForm: Asks = ({ incident }) => {
  const { t } = useTranslation();
  const relations = RELATIONS.filter((r) => r !== 'duplicated-by');
  return (
    <>
      <ChoiceField
        name="relation"
        label={t('relation.kind', { id: incident.id })}
        options={relations.map((r) => ({ value: r, label: t(`relationTo.${r}`) }))}
        stacked
      />
      <CaseField name="target" label={t('relation.target')} except={[incident.id]} />
    </>
  );
};

const UnlinkForm: Asks = ({ incident }) => {
  const { t } = useTranslation();
  const links = incident.links.map((l) => ({
    value: linkValue(l),
    label: `${t(`relationTo.${l.relation}`)} ${l.target}`,
  }));
  return <ChoiceField name="link" label={t('relation.which')} options={links} stacked />;
};

const MajorForm: Asks = () => {
  const { t } = useTranslation();
  return (
    <>
      <LongField name="reason" label={t('field.reason')} help={t('major.help')} max={1000} />
      <PersonField name="commander" label={t('major.commander')} help={t('major.commanderHelp')} />
      <PersonField name="communications" label={t('major.communications')} help={t('major.communicationsHelp')} />
    </>
  );
};

const RunStepForm: Asks = ({ incident }) => {
  const { t } = useTranslation();
  const { runbooks } = useHandling(incident.service);
  const options = runbooks.map((book) => ({
    label: book.label,
    options: book.steps.map((s) => ({
      value: stepValue(book.value, s.value),
      label: s.approval ? t('runbook.withApproval', { step: s.label }) : s.label,
    })),
  }));
  return (
    <>
      {runbooks.length === 0 && <Alert type="info" showIcon title={t('runbook.none')} />}
      <PickField name="step" label={t('runbook.step')} help={t('runbook.help')} options={options} />
    </>
  );
};

const DecideStepForm: Asks = ({ incident }) => {
  const { t } = useTranslation();
  const title = useStepTitle(incident.service);
  const login = useSession().data?.login ?? '';
  const waiting = decidable(incident, login);
  const runs = waiting.map((r) => ({
    value: r.id,
    label: t('runbook.asked', { step: title(r.runbook, r.step), person: r.requestedBy }),
  }));
  const decisions = (['approve', 'refuse'] as const).map((d) => ({ value: d, label: t(`runbook.${d}`) }));
  return (
    <>
      <ChoiceField name="run" label={t('runbook.which')} options={runs} stacked />
      <ChoiceField name="decision" label={t('assess.decision')} options={decisions} />
      <LongField name="note" label={t('field.note')} max={1000} focus={false} optional />
    </>
  );
};

const SupplierForm: Asks = ({ incident }) => {
  const { t } = useTranslation();
  const { suppliers } = useHandling(incident.service);
  return (
    <>
      {suppliers.length > 0 ? (
        <ChoiceField name="supplier" label={t('supplier.title')} options={suppliers} stacked />
      ) : (
        <ShortField name="supplier" label={t('supplier.title')} />
      )}
      <ShortField name="reference" label={t('supplier.reference')} help={t('supplier.referenceHelp')} optional />
      <LongField name="note" label={t('supplier.message')} help={t('supplier.messageHelp')} focus={false} />
    </>
  );
};

const SupplierUpdateForm: Asks = () => {
  const { t } = useTranslation();
  const states = (['answered', 'solved', 'withdrawn'] as const).map((s) => ({
    value: s,
    label: t(`supplierState.${s}`),
  }));
  return (
    <>
      <ChoiceField name="state" label={t('field.state')} help={t('supplier.stateHelp')} options={states} stacked />
      <ShortField name="reference" label={t('supplier.reference')} optional />
      <LongField name="note" label={t('supplier.said')} focus={false} />
    </>
  );
};

const PlanForm: Asks = () => {
  const { t } = useTranslation();
  return <LongField name="text" label={t('plan.text')} help={t('plan.help')} />;
};

const ReasonForm: Asks = () => {
  const { t } = useTranslation();
  return <LongField name="reason" label={t('field.reason')} max={1000} />;
};

const FORMS: Partial<Record<IncidentOp, Asks>> = {
  assign: AssignForm,
  transfer: TransferForm,
  assess: AssessForm,
  prioritise: PrioritiseForm,
  plan: PlanForm,
  pend: PendForm,
  suspend: SuspendForm,
  resolve: ResolveForm,
  merge: MergeForm,
  'set-parent': ParentForm,
  link: LinkForm,
  unlink: UnlinkForm,
  'raise-major': MajorForm,
  'run-step': RunStepForm,
  'decide-step': DecideStepForm,
  'escalate-supplier': SupplierForm,
  'update-supplier': SupplierUpdateForm,
};

/** The fields a command asks for; one that has no form of its own asks for its reason. */
export function CommandForm({ op, incident }: { op: IncidentOp; incident: Incident }) {
  const Form = FORMS[op] ?? ReasonForm;
  return <Form incident={incident} />;
}
