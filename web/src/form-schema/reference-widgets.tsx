import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { useColleagues, useServices } from '../reference/queries';
import { useMay, useSession } from '../session/session';
import { useViewer } from '../time/viewer';
import { useCis, useTeams } from './reference-queries';
import { said, type Widget } from './widget';

interface Found {
  options: { value: string; label: string }[];
  loading: boolean;
  error: unknown;
}

interface PickProps {
  props: Widget;
  found: Found;
  /** Given where the server searches; else the list is searched here. */
  onSearch?: (text: string) => void;
}

/** One of what the platform knows, or several, by typing. */
function Pick({ props, found, onSearch }: PickProps) {
  const { t } = useTranslation();
  const several = props.schema.type === 'array';
  const showSearch = onSearch === undefined ? { optionFilterProp: 'label' } : { filterOption: false, onSearch };
  return (
    <Select<string | string[]>
      {...said(props)}
      allowClear
      mode={several ? 'multiple' : undefined}
      disabled={props.disabled}
      showSearch={showSearch}
      loading={found.loading}
      placeholder={t(onSearch === undefined ? 'schemaForm.choose' : 'schemaForm.search')}
      notFoundContent={found.error ? t(`problem.${asProblem(found.error).code}`) : undefined}
      options={found.options}
      value={props.value}
      onChange={(v) => props.onChange(v === undefined || v.length === 0 ? undefined : v)}
    />
  );
}

export function PersonWidget(props: Widget) {
  const { t } = useTranslation();
  const login = useSession().data?.login ?? '';
  const [q, setQ] = useState('');
  const people = useColleagues(q);
  const me = q === '' || login.includes(q) ? [{ value: login, label: t('list.me', { login }) }] : [];
  const options = [...me, ...people.options.filter((p) => p.value !== login)];
  return <Pick props={props} found={{ options, loading: people.isFetching, error: people.error }} onSearch={setQ} />;
}

export function ServiceWidget(props: Widget) {
  const { language } = useViewer();
  const services = useServices();
  const options = (services.data?.items ?? []).map((s) => ({ value: s.id, label: s.name[language] }));
  return <Pick props={props} found={{ options, loading: services.isFetching, error: services.error }} />;
}

export function TeamWidget(props: Widget) {
  const { language } = useViewer();
  const teams = useTeams();
  const options = (teams.data?.items ?? []).map((x) => ({
    value: x.name,
    label: x.title[language],
  }));
  return <Pick props={props} found={{ options, loading: teams.isFetching, error: teams.error }} />;
}

/** Configuration items, of the type the form asks for; who does not read all of them has his own, and can type another's id. */
export function CiWidget(props: Widget) {
  const [q, setQ] = useState('');
  const type = typeof props.options.ciType === 'string' ? props.options.ciType : undefined;
  const known = useMay()('cmdb:read');
  const cis = useCis(q, type);
  const typed = !known && q !== '' ? [{ value: q, label: q }] : [];
  const found = (cis.data?.items ?? []).map((c) => ({ value: c.id, label: `${c.name} (${c.id})` }));
  const options = [...typed, ...found];
  return <Pick props={props} found={{ options, loading: cis.isFetching, error: cis.error }} onSearch={setQ} />;
}
