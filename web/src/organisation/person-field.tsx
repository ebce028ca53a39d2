import { Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { type Person, useFound } from './queries';

type Named = Pick<Person, 'id' | 'login' | 'displayName'>;

interface PersonSelectProps {
  /** Id or login, as `by` says; comes from the form. */
  value?: string | null;
  onChange?: (value: string | null) => void;
  id?: string;
  by: 'id' | 'login';
  /** Who is chosen at the start: his name is shown before anybody is looked for. */
  chosen?: Named | null;
  /** Not to be chosen: the person himself. */
  without?: string;
  placeholder?: string;
  'aria-label'?: string;
}

const nameOf = ({ displayName, login }: Named) => (displayName === login ? login : `${displayName} · ${login}`);

/** Finds an active person by part of name or login. */
export function PersonSelect({ value, onChange, by, chosen, without, ...rest }: PersonSelectProps) {
  const [words, setWords] = useState('');
  const [touched, setTouched] = useState(false);
  const found = useFound(useDeferredValue(words).trim(), touched);
  const people: Named[] = found.data?.items ?? [];
  const known = chosen && !people.some((p) => p.id === chosen.id) ? [chosen, ...people] : people;
  return (
    <Select
      {...rest}
      allowClear
      value={value ?? undefined}
      onChange={(next: string | undefined) => onChange?.(next ?? null)}
      showSearch={{ filterOption: false, onSearch: setWords }}
      onOpenChange={(open) => open && setTouched(true)}
      loading={found.isFetching}
      options={known.filter((p) => p[by] !== without).map((p) => ({ value: p[by], label: nameOf(p) }))}
    />
  );
}
