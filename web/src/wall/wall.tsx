import { CloseOutlined, FullscreenOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ProblemAlert } from '../form/problem-alert';
import { LiveProvider } from '../live/live';
import { useMay } from '../session/session';
import { useKeys } from '../shell/keys';
import { Loading } from '../shell/loading';
import { LanguageSwitch, ThemeSwitch } from '../shell/switches';
import { useDarkByDefault } from '../theme/preferences';
import { clockTime } from '../time/format';
import { useNow } from '../time/now';
import { useViewer } from '../time/viewer';
import { MajorRow, PromisedRow, SeverityTile, SilentRow } from './cases';
import { Fitted } from './fitted';
import { Health, StaleBanner, useFreshness } from './health';
import { type Board, boardOf } from './model';
import { useNewcomers } from './newcomers';
import { Panel, type PartReading } from './panel';
import { useOpenCases } from './queries';
import { LoosePanel, OnCallPanel } from './side';
import './wall.css';

/** Heights of rows, in the wall's own unit. */
const ROW_EM = 2.7;
const PROMISED_EM = 3.7;
/** More major incidents at a time are told by a number. */
const MAJORS = 2;

function toggleFullScreen(): void {
  // Refused where a frame or a policy forbids it; the wall works in a window all the same.
  const done =
    document.fullscreenElement === null ? document.documentElement.requestFullscreen() : document.exitFullscreen();
  void done.catch(() => undefined);
}

function Head({ open, health }: { open: string | null; health: ReactNode }) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const now = useNow(1);
  return (
    <header className="wall-head">
      <h1>{t('place.wall')}</h1>
      {open !== null && <span className="wall-open">{open}</span>}
      {health}
      <span className="spring" />
      <span className="wall-clock" title={t('shell.zone', { zone: viewer.zone })}>
        <time>{clockTime(now, viewer)}</time> <small>{viewer.zone}</small>
      </span>
      <span className="wall-switches">
        <LanguageSwitch />
        <ThemeSwitch />
        <Button
          type="text"
          icon={<FullscreenOutlined />}
          aria-label={t('wall.fullScreen')}
          title={`${t('wall.fullScreen')} (f)`}
          onClick={toggleFullScreen}
        />
        <Link to="/incidents" className="wall-leave" aria-label={t('wall.leave')} title={t('wall.leave')}>
          <CloseOutlined />
        </Link>
      </span>
    </header>
  );
}

interface PartProps {
  board: Board;
  fresh: ReadonlySet<string>;
  tenants: boolean;
  reading: PartReading;
}

function Majors({ board, fresh }: Pick<PartProps, 'board' | 'fresh'>) {
  const { t } = useTranslation();
  const rest = board.majors.length - MAJORS;
  if (board.majors.length === 0) return null;
  return (
    <section className="wall-majors" aria-label={t('wall.majors', { count: board.majors.length })}>
      <ul>
        {board.majors.slice(0, MAJORS).map((v) => (
          <MajorRow key={v.id} incident={v} isNew={fresh.has(v.id)} />
        ))}
      </ul>
      {rest > 0 && <p className="wall-more">{t('wall.more', { count: rest })}</p>}
    </section>
  );
}

function SilentPanel({ board, fresh, tenants, reading }: PartProps) {
  const { t } = useTranslation();
  const rows = board.silent;
  return (
    <Panel
      name="silent"
      title={t('quick.unacknowledged')}
      tally={rows.length > 0 && <strong className="broken">{rows.length}</strong>}
      reading={reading}
      empty={rows.length === 0 ? t('wall.noSilent') : null}
    >
      <Fitted items={rows} rowEm={ROW_EM} all="/incidents?state=new">
        {(row) => <SilentRow key={row.incident.id} row={row} isNew={fresh.has(row.incident.id)} tenants={tenants} />}
      </Fitted>
    </Panel>
  );
}

function PromisePanel({ board, fresh, reading }: Omit<PartProps, 'tenants'>) {
  const { t } = useTranslation();
  const rows = board.promised;
  const broken = board.broken > 0;
  return (
    <Panel
      name="promises"
      title={t('wall.promises')}
      tally={
        rows.length > 0 && (
          <strong className={broken ? 'broken' : 'kept'}>
            {broken ? `✕ ${t('promise.broken', { count: board.broken })}` : `✓ ${t('wall.noneBroken')}`}
          </strong>
        )
      }
      reading={reading}
      empty={rows.length === 0 ? t('wall.noPromise') : null}
    >
      <Fitted items={rows} rowEm={PROMISED_EM} all="/incidents">
        {(row) => <PromisedRow key={row.incident.id} row={row} isNew={fresh.has(row.incident.id)} />}
      </Fitted>
    </Panel>
  );
}

/** What the people in a room have to see without touching anything: open cases, silence, promises, who answers. */
function WallBoard() {
  const { t } = useTranslation();
  const may = useMay();
  const cases = useOpenCases();
  const now = useNow(10);
  const { data } = cases;
  const board = useMemo(() => boardOf(data?.items ?? [], now), [data, now]);
  const tenants = new Set(data?.items.map((v) => v.tenantId)).size > 1;
  const fresh = useNewcomers(data?.items.map((v) => v.id) ?? null);
  const readAt = data?.readAt ?? null;
  const freshness = useFreshness(readAt, cases.isError);
  const stale = freshness === 'stale';
  const parts = { board, fresh, reading: { ...cases, isError: false, stale, readAt } };
  useKeys({ f: toggleFullScreen });
  const count = `${board.open}${data?.more ? '+' : ''}`;
  return (
    <main className="wall" data-freshness={freshness}>
      <title>{`${data === undefined ? '' : `(${count}) `}${t('place.wall')} · Continuo`}</title>
      <Head
        open={data === undefined ? null : t('wall.open', { count: board.open, shown: count })}
        health={<Health freshness={freshness} readAt={readAt} />}
      />
      {freshness === 'stale' && readAt !== null && <StaleBanner readAt={readAt} onRetry={() => void cases.refetch()} />}
      {data === undefined && cases.isError && <ProblemAlert error={cases.error} onRetry={() => void cases.refetch()} />}
      {cases.isPending && <Loading />}
      {data !== undefined && (
        <>
          <Majors board={board} fresh={fresh} />
          <ul className="wall-tiles">
            {board.tiles.map((tile) => (
              <SeverityTile key={tile.severity} tile={tile} lowerBound={data.more} />
            ))}
          </ul>
        </>
      )}
      <div className="wall-panels">
        {data !== undefined && <SilentPanel {...parts} tenants={tenants} />}
        {data !== undefined && <PromisePanel {...parts} />}
        <div className="wall-side">
          {may('oncall:read') && <OnCallPanel stale={stale} />}
          <LoosePanel stale={stale} />
        </div>
      </div>
    </main>
  );
}

/** The operations wall, with the stream of its own: it stands outside of the frame. */
export function OperationsWall() {
  useDarkByDefault();
  return (
    <LiveProvider>
      <WallBoard />
    </LiveProvider>
  );
}
