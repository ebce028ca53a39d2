import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { components } from '../api-types';
import { useServiceName } from '../incident/badges';
import { DUTIES_EVERY_MS, useDuties } from '../oncall/queries';
import { serverNow } from '../time/now';
import { Instant, useViewer } from '../time/viewer';
import { Fitted } from './fitted';
import { READ_EVERY_MS } from './model';
import { useNewcomers } from './newcomers';
import { Panel } from './panel';
import { type AlertGroup, useLooseGroups } from './queries';

type Duty = components['schemas']['Duty'];

/** More rotas than this are told by a number, those without anybody first. */
const ROTAS = 5;
/** Up to so many there is room for two lines each. */
const ROOMY = 2;

function DutyRow({ duty }: { duty: Duty }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  return (
    <li className="wall-row">
      <div className="wall-name">
        <span className="wall-meta">{duty.name[language]}</span>
        <strong className={duty.login === null ? 'broken' : ''}>
          {duty.login === null ? `! ${t('oncall.nobody')}` : (duty.displayName ?? duty.login)}
        </strong>
      </div>
      {duty.to !== null && (
        <span className="wall-meta">
          {t('oncall.until')} <Instant at={duty.to} />
        </span>
      )}
    </li>
  );
}

/** Who answers now. */
export function OnCallPanel({ stale }: { stale: boolean }) {
  const { t } = useTranslation();
  const duties = useDuties();
  // By the server's clock, as everything here is told.
  const readAt = duties.data === undefined ? null : duties.dataUpdatedAt + serverNow() - Date.now();
  const rows = [...(duties.data?.items ?? [])].sort((a, b) => Number(a.login !== null) - Number(b.login !== null));
  return (
    <Panel
      name="oncall"
      title={t('place.onCall')}
      reading={{ ...duties, readAt, stale, staleAfterMs: 3 * DUTIES_EVERY_MS }}
      empty={rows.length === 0 ? t('oncall.none') : null}
    >
      <ul className={rows.length > ROOMY ? 'wall-tight' : ''}>
        {rows.slice(0, ROTAS).map((d) => (
          <DutyRow key={d.schedule} duty={d} />
        ))}
      </ul>
      {rows.length > ROTAS && (
        <p className="wall-more">
          <Link to="/on-call">{t('wall.more', { count: rows.length - ROTAS })}</Link>
        </p>
      )}
    </Panel>
  );
}

function GroupRow({ group, isNew }: { group: AlertGroup; isNew: boolean }) {
  const { t } = useTranslation();
  const serviceName = useServiceName();
  return (
    <li className={`wall-row ${isNew ? 'wall-new' : ''}`}>
      <div className="wall-name">
        <span className="wall-title" dir="auto" title={group.title}>
          {group.title}
        </span>
        <span className="wall-meta">
          {serviceName(group.service)}
          {group.source !== null && ` · ${group.source}`}
        </span>
      </div>
      <strong className="wall-figure" title={t('list.alerts', { firing: group.firing, total: group.total })}>
        {group.firing}
      </strong>
    </li>
  );
}

const ROW_EM = 2.7;

/** Alert groups that fire without an incident. */
export function LoosePanel({ stale }: { stale: boolean }) {
  const { t } = useTranslation();
  const groups = useLooseGroups();
  const rows = groups.data?.items ?? [];
  const fresh = useNewcomers(groups.data?.items.map((g) => g.id) ?? null);
  return (
    <Panel
      name="loose"
      title={t('wall.loose')}
      tally={rows.length > 0 && <strong>{rows.length + (groups.data?.more ? '+' : '')}</strong>}
      reading={{ ...groups, readAt: groups.data?.readAt ?? null, stale, staleAfterMs: 3 * READ_EVERY_MS }}
      empty={rows.length === 0 ? t('wall.noLoose') : null}
    >
      <Fitted items={rows} rowEm={ROW_EM} all="/alerts?firing=true&incident=none" openEnded={groups.data?.more}>
        {(g) => <GroupRow key={g.id} group={g} isNew={fresh.has(g.id)} />}
      </Fitted>
    </Panel>
  );
}
