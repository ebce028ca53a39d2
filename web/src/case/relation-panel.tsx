import { Button } from 'antd';
import type { TFunction } from 'i18next';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { StateTag } from '../incident/badges';
import type { Incident } from '../incident/types';
import { Ago } from '../time/viewer';
import { Panel } from './panel';

/** Effects on another case that it has not answered yet. */
const pendingFor = (v: Incident, id: string) => v.waiting.find((w) => w.kind === 'tell' && w.about === id);

interface OtherProps {
  id: string;
  incident: Incident;
  /** How this case stands to the other one. */
  before?: string;
  children?: ReactNode;
}

function Other({ id, incident, before, children }: OtherProps) {
  const { t } = useTranslation();
  const pending = pendingFor(incident, id);
  return (
    <li className="relation">
      {before === undefined ? null : <small>{before} </small>}
      <Link to={`/incidents/${id}`} className="case-id">
        {id}
      </Link>{' '}
      {children}
      {pending && (
        <small className="pending">
          … {t('relation.pending')} (<Ago at={pending.since} />)
        </small>
      )}
    </li>
  );
}

const SHOWN = 8;

/** A group of other cases; of many the first ones, the rest on demand. */
function Group({ title, rows }: { title: string; rows: { id: string; row: ReactNode }[] }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  if (rows.length === 0) return null;
  const shown = all ? rows : rows.slice(0, SHOWN);
  return (
    <div className="relations">
      <h3>
        {title} {rows.length > 1 && <small>{rows.length}</small>}
      </h3>
      <ul>{shown.map((r) => r.row)}</ul>
      {shown.length < rows.length && (
        <Button type="link" size="small" onClick={() => setAll(true)}>
          {t('relation.more', { count: rows.length - shown.length })}
        </Button>
      )}
    </div>
  );
}

function groupsOf(incident: Incident, t: TFunction) {
  const one = (id: string | null) => (id === null ? [] : [{ id, row: <Other key={id} id={id} incident={incident} /> }]);
  const children = incident.children.map((c) => ({
    id: c.id,
    row: (
      <Other key={c.id} id={c.id} incident={incident}>
        <StateTag state={c.state} />
      </Other>
    ),
  }));
  const links = incident.links.map((l) => ({
    id: l.target,
    row: (
      <Other
        key={`${l.relation}${l.target}`}
        id={l.target}
        incident={incident}
        before={t(`relationTo.${l.relation}`)}
      />
    ),
  }));
  return [
    { title: t('relation.mergedInto'), rows: one(incident.mergedInto) },
    { title: t('relation.parentOf'), rows: one(incident.parent) },
    { title: t('relation.children'), rows: children },
    { title: t('relation.merged'), rows: incident.merged.flatMap(one) },
    { title: t('relation.links'), rows: links },
    { title: t('facts.follows'), rows: one(incident.follows) },
  ];
}

/** Other cases this one belongs to; what they have not answered yet is shown as pending. */
export function RelationPanel({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const groups = groupsOf(incident, t);
  const known = new Set(groups.flatMap((g) => g.rows.map((r) => r.id)));
  // Partings: the other case is not named by this one any more, but has not heard of it yet.
  const told = new Set(incident.waiting.flatMap((w) => (w.kind === 'tell' && !known.has(w.about) ? [w.about] : [])));
  const rows = [...told].map((id) => ({ id, row: <Other key={id} id={id} incident={incident} /> }));
  if (known.size === 0 && told.size === 0) return null;
  return (
    <Panel title={t('relation.title')}>
      {[...groups, { title: t('relation.beingTold'), rows }].map((g) => (
        <Group key={g.title} {...g} />
      ))}
    </Panel>
  );
}
