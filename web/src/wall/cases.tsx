import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Owner, SeverityBadge, useServiceName } from '../incident/badges';
import type { Incident } from '../incident/types';
import { PromiseBar } from '../promise/bar';
import { nextPromise } from '../promise/model';
import { duration, shortInstant } from '../time/format';
import { useNow } from '../time/now';
import { useViewer } from '../time/viewer';
import type { Promised, Silent, Tile } from './model';

/** A length of time up to now, to the minute once there are minutes. */
function Since({ at }: { at: number }) {
  const { language } = useViewer();
  const now = useNow(1);
  return <>{duration((now - at) / 1000, language)}</>;
}

function Name({ incident, tenants }: { incident: Incident; tenants: boolean }) {
  const serviceName = useServiceName();
  return (
    <div className="wall-name">
      <Link to={`/incidents/${incident.id}`} dir="auto" title={incident.title}>
        {incident.title}
      </Link>
      <span className="wall-meta">
        <span className="case-id">{incident.id}</span> · {serviceName(incident.service)}
        {tenants && ` · ${incident.tenantId}`}
      </span>
    </div>
  );
}

interface RowProps<T> {
  row: T;
  isNew: boolean;
  /** Cases of several tenants are shown. */
  tenants: boolean;
}

/** A case nobody has answered, and for how long. */
export function SilentRow({ row: { incident, since, late }, isNew, tenants }: RowProps<Silent>) {
  const { t } = useTranslation();
  return (
    <li className={`wall-row ${isNew ? 'wall-new' : ''}`}>
      <SeverityBadge severity={incident.severity} />
      <Name incident={incident} tenants={tenants} />
      <strong className={`wall-figure ${late ? 'broken' : ''}`}>
        {late && <span title={t('wall.respondBroken')}>! </span>}
        <Since at={since} />
      </strong>
    </li>
  );
}

/** A case with its next or longest broken promise. */
export function PromisedRow({ row: { incident, clock }, isNew }: Omit<RowProps<Promised>, 'tenants'>) {
  return (
    <li className={`wall-row wall-promised ${isNew ? 'wall-new' : ''}`}>
      <SeverityBadge severity={incident.severity} />
      <span className="wall-meta case-id">{incident.id}</span>
      <Link className="wall-title" to={`/incidents/${incident.id}`} dir="auto" title={incident.title}>
        {incident.title}
      </Link>
      <Owner assignee={incident.assignee} team={incident.team} />
      <PromiseBar clock={clock} asOf={incident.updatedAt} size="small" />
    </li>
  );
}

/** A major incident: what, since when, who leads it. */
export function MajorRow({ incident, isNew }: { incident: Incident; isNew: boolean }) {
  const { t } = useTranslation();
  const now = useNow(10);
  const { major } = incident;
  const clock = nextPromise(incident.clocks, now);
  if (major === null) return null;
  return (
    <li className={`wall-major ${isNew ? 'wall-new' : ''}`}>
      <b className="wall-major-word">▲ {t('wall.major')}</b>
      <SeverityBadge severity={incident.severity} />
      <div className="wall-name">
        <Link to={`/incidents/${incident.id}`} dir="auto" title={incident.title}>
          {incident.title}
        </Link>
        <span className="wall-meta">
          <span className="case-id">{incident.id}</span> ·{' '}
          {t('wall.led', { commander: major.commander, communications: major.communications })}
        </span>
      </div>
      <strong className="wall-figure">
        <Since at={Date.parse(major.since)} />
      </strong>
      {clock !== null && <PromiseBar clock={clock} asOf={incident.updatedAt} size="small" />}
    </li>
  );
}

/** One severity: how many, the oldest, the promise that falls due next. */
export function SeverityTile({ tile, lowerBound }: { tile: Tile; lowerBound: boolean }) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const now = useNow(60);
  const { severity, count, oldest, broken, next } = tile;
  return (
    <li className={`wall-tile wall-tile-${severity} ${count === 0 ? 'wall-tile-none' : ''}`}>
      <Link
        to={`/incidents?severity=${severity}`}
        className="wall-tile-count"
        aria-label={t('wall.tile', { severity, count })}
      >
        <SeverityBadge severity={severity} named />
        <strong>
          {count}
          {lowerBound && '+'}
        </strong>
      </Link>
      <div className="wall-tile-more">
        <span className="wall-meta">
          {oldest === null ? (
            t('wall.noneOpen')
          ) : (
            <>
              {t('wall.oldest')}{' '}
              <b>
                <Since at={Date.parse(oldest)} />
              </b>
            </>
          )}
          {broken > 0 && <strong className="broken"> ✕ {t('promise.broken', { count: broken })}</strong>}
        </span>
        {next !== null && (
          <>
            <PromiseBar clock={next.clock} asOf={next.incident.updatedAt} size="small" />
            <span className="wall-meta">
              <Link className="case-id" to={`/incidents/${next.incident.id}`}>
                {next.incident.id}
              </Link>{' '}
              {t('promise.due', { at: shortInstant(next.dueAt, now, viewer) })}
            </span>
          </>
        )}
      </div>
    </li>
  );
}
