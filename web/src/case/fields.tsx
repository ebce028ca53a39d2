import { Form, Input, Radio, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LEVELS_OF_IMPACT } from '../../../domain/incident-plan';
import { asProblem } from '../api/problem';
import { usePeople } from '../reference/queries';
import { useMay, useSession } from '../session/session';
import { serverNow } from '../time/now';
import { useViewer } from '../time/viewer';
import { instantOf, localOf } from '../time/zone';
import type { Values } from './command-body';
import { useCaseSearch } from './queries';

/** A field of the forms, with its label above and its help below. */
export interface FieldProps {
  name: keyof Values;
  label: string;
  help?: ReactNode;
  optional?: boolean;
}

/** The rule of fields that must not be left empty. */
export function useRequired(optional = false) {
  const { t } = useTranslation();
  return optional ? [] : [{ required: true, message: t('form.required') }];
}

/** Some sentences. */
export function LongField({
  name,
  label,
  help,
  optional,
  max = 10_000,
  focus = true,
}: FieldProps & { max?: number; focus?: boolean }) {
  const { t } = useTranslation();
  const rules = optional ? [] : [{ required: true, whitespace: true, message: t('form.required') }];
  return (
    <Form.Item name={name} label={label} extra={help} rules={rules}>
      <Input.TextArea autoFocus={focus} autoSize={{ minRows: 3, maxRows: 16 }} maxLength={max} />
    </Form.Item>
  );
}

export function ShortField({ name, label, help, optional, placeholder }: FieldProps & { placeholder?: string }) {
  return (
    <Form.Item name={name} label={label} extra={help} rules={useRequired(optional)}>
      <Input placeholder={placeholder} maxLength={100} />
    </Form.Item>
  );
}

/** One of a few. */
export function ChoiceField({
  name,
  label,
  help,
  optional,
  options,
  stacked = false,
}: FieldProps & { options: { value: string | number; label: ReactNode }[]; stacked?: boolean }) {
  return (
    <Form.Item name={name} label={label} extra={help} rules={useRequired(optional)}>
      {stacked ? (
        <Radio.Group className="stacked" options={options} />
      ) : (
        <Radio.Group optionType="button" buttonStyle="solid" options={options} />
      )}
    </Form.Item>
  );
}

/** One of many, by typing. */
export function PickField({
  name,
  label,
  help,
  optional,
  options,
}: FieldProps & { options: { value?: string; label: string; options?: { value: string; label: string }[] }[] }) {
  return (
    <Form.Item name={name} label={label} extra={help} rules={useRequired(optional)}>
      <Select allowClear={optional} showSearch={{ optionFilterProp: 'label' }} options={options} />
    </Form.Item>
  );
}

export function LevelField({ name }: { name: 'impact' | 'urgency' }) {
  const { t } = useTranslation();
  const options = LEVELS_OF_IMPACT.map((l) => ({ value: l, label: t(`level.${l}`) }));
  return <ChoiceField name={name} label={t(`field.${name}`)} options={options} />;
}

/** A person, found by login or name as one types. */
export function PersonField({ name, label, help, optional, placeholder }: FieldProps & { placeholder?: string }) {
  const { t } = useTranslation();
  const login = useSession().data?.login ?? '';
  const may = useMay();
  const [q, setQ] = useState('');
  const people = usePeople(q, may('people:read'));
  const found = people.data?.items.map((p) => ({ value: p.login, label: `${p.displayName} (${p.login})` })) ?? [];
  const me = { value: login, label: t('list.me', { login }) };
  const fits = q === '' || login.includes(q);
  return (
    <Form.Item name={name} label={label} extra={help} rules={useRequired(optional)}>
      <Select
        allowClear
        showSearch={{ filterOption: false, onSearch: setQ }}
        options={[...(fits ? [me] : []), ...found.filter((p) => p.value !== login)]}
        notFoundContent={people.isError ? t(`problem.${asProblem(people.error).code}`) : undefined}
        placeholder={placeholder}
      />
    </Form.Item>
  );
}

/** Another case, found by number or words of its title. */
export function CaseField({ name, label, help, except }: FieldProps & { except: readonly string[] }) {
  const { t } = useTranslation();
  const [q, setQ] = useState('');
  const cases = useCaseSearch(q);
  const found = (cases.data?.items ?? []).filter((v) => !except.includes(v.id));
  return (
    <Form.Item name={name} label={label} extra={help} rules={useRequired()}>
      <Select
        autoFocus
        showSearch={{ filterOption: false, onSearch: setQ }}
        loading={cases.isFetching}
        placeholder={t('relation.search')}
        notFoundContent={cases.isError ? t(`problem.${asProblem(cases.error).code}`) : undefined}
        options={found.map((v) => ({ value: v.id, label: `${v.id} ${v.title} · ${t(`state.${v.state}`)}` }))}
      />
    </Form.Item>
  );
}

/** An instant to come, in the viewer's zone. */
export function FutureField({ name, label, help, optional }: FieldProps) {
  const { t } = useTranslation();
  const { zone } = useViewer();
  const future = (_: unknown, v?: string) =>
    !v || (instantOf(v, zone) ?? 0) > serverNow() ? Promise.resolve() : Promise.reject(new Error(t('pend.future')));
  return (
    <Form.Item name={name} label={label} extra={help} rules={[...useRequired(optional), { validator: future }]}>
      <Input type="datetime-local" min={localOf(serverNow(), zone)} />
    </Form.Item>
  );
}
