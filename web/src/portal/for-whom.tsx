import { Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ServerDraft } from '../form/server-draft';
import type { FormDraft } from '../form-schema/draft';
import { usePeople } from '../reference/queries';
import { useMay, useSession } from '../session/session';

/** Only what differs from the one who sends it. */
export function whomOf({ requester, beneficiary }: FormDraft['whom']) {
  return {
    ...(requester === '' ? {} : { requester }),
    ...(beneficiary === '' || beneficiary === requester ? {} : { beneficiary }),
  };
}

function Person({
  id,
  label,
  help,
  value,
  onChange,
}: {
  id: string;
  label: string;
  help: string;
  value: string;
  onChange: (login: string) => void;
}) {
  const { t } = useTranslation();
  const login = useSession().data?.login ?? '';
  const [q, setQ] = useState('');
  const people = usePeople(q, true);
  const options = (people.data?.items ?? []).map((p) => ({ value: p.login, label: `${p.displayName} (${p.login})` }));
  return (
    <Form.Item label={label} extra={help} htmlFor={id}>
      <Select
        id={id}
        allowClear
        showSearch={{ filterOption: false, onSearch: setQ }}
        loading={people.isFetching}
        placeholder={t('list.me', { login })}
        options={options}
        value={value === '' ? undefined : value}
        onChange={(v: string | undefined) => onChange(v ?? '')}
      />
    </Form.Item>
  );
}

/**
 * What every request is asked besides its form: a title of its own, and for whom it is where that may be chosen.
 * @param title what it is called if nobody says so; null: by the first words of the form
 */
export function ForWhom({ draft, title }: { draft: ServerDraft<FormDraft>; title: string | null }) {
  const { t } = useTranslation();
  const may = useMay();
  const { whom } = draft.values;
  const set = (change: Partial<FormDraft['whom']>) => draft.save({ whom: { ...whom, ...change } });
  return (
    <Form component={false} layout="vertical" requiredMark="optional">
      {may('request:create-for') && (
        <Person
          id="form-requester"
          label={t('portal.requester')}
          help={t('portal.requesterHelp')}
          value={whom.requester}
          onChange={(requester) => set({ requester })}
        />
      )}
      {may('request:create-for', 'people:read') && (
        <Person
          id="form-beneficiary"
          label={t('portal.beneficiary')}
          help={t('portal.beneficiaryHelp')}
          value={whom.beneficiary}
          onChange={(beneficiary) => set({ beneficiary })}
        />
      )}
      <Form.Item
        label={t('portal.titleOf')}
        extra={title === null ? t('portal.titleOfText') : t('portal.titleHelp', { title })}
        htmlFor="form-title"
      >
        <Input
          id="form-title"
          maxLength={200}
          value={draft.values.title}
          onChange={(e) => draft.save({ title: e.target.value })}
        />
      </Form.Item>
    </Form>
  );
}
