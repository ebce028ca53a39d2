import { Button, Empty } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { ProblemAlert } from '../form/problem-alert';
import { useKeys } from '../shell/keys';
import { More } from '../shell/more';
import { AlertPlaces } from './alert-places';
import { Chips, Views } from './chips';
import { GROUP_VIEWS, type GroupFilter, type GroupView, groupFilterOf, groupParamsOf } from './group-filter';
import { useAlertGroups } from './group-queries';
import { GroupRows } from './group-rows';
import { useSteady } from './steady';
import '../incident/list.css';
import './converge.css';

const linkOf = (f: GroupFilter) => {
  const search = groupParamsOf(f).toString();
  return search === '' ? '/alerts' : `/alerts?${search}`;
};

function Filters({ filter, onChange }: { filter: GroupFilter; onChange: (f: GroupFilter) => void }) {
  const { t } = useTranslation();
  const dimensions = [
    {
      name: 'firing',
      label: t('alerts.status'),
      value: filter.firing,
      options: (['firing', 'quiet', 'all'] as const).map((value) => ({ value, label: t(`groups.filter_${value}`) })),
    },
    {
      name: 'incident',
      label: t('groups.incident'),
      value: filter.incident,
      options: (['all', 'open', 'none'] as const).map((value) => ({ value, label: t(`groups.incident_${value}`) })),
    },
  ];
  return (
    <div className="filter-line">
      <Views
        label={t('list.quick')}
        views={(Object.keys(GROUP_VIEWS) as GroupView[]).map((name) => ({
          name,
          label: t(`groups.view_${name}`),
          to: linkOf(GROUP_VIEWS[name]),
          current: linkOf(filter) === linkOf(GROUP_VIEWS[name]),
        }))}
      />
      <Chips
        dimensions={dimensions}
        onChange={(name, value) => onChange({ ...filter, [name]: value } as GroupFilter)}
      />
    </div>
  );
}

/** j, k: next and previous row; Enter opens its alerts; r reads again. */
function useRowKeys(ids: readonly string[], renew: () => void) {
  const [current, setCurrent] = useState<string | null>(null);
  const [opened, setOpened] = useState<string[]>([]);
  const index = ids.indexOf(current ?? '');
  const go = (to: number) => {
    const next = ids[Math.max(0, Math.min(ids.length - 1, to))];
    if (next === undefined) return;
    setCurrent(next);
    document.getElementById(`row-${next}`)?.scrollIntoView({ block: 'nearest' });
  };
  const toggle = () => {
    if (current === null) return;
    setOpened((o) => (o.includes(current) ? o.filter((id) => id !== current) : [...o, current]));
  };
  useKeys({ j: () => go(index + 1), k: () => go(index - 1), Enter: toggle, r: renew });
  return { current, setCurrent, opened, setOpened };
}

/** What monitoring says, grouped, whether somebody works on it or not. */
export function AlertGroups() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const filter = useMemo(() => groupFilterOf(params), [params]);
  const groups = useAlertGroups(filter);
  const latest = useMemo(() => groups.data?.pages.flatMap((p) => p.items), [groups.data]);
  const { rows, fresh, gone, show } = useSteady(latest, linkOf(filter));
  const renew = () => void groups.refetch().then(show);
  const { current, setCurrent, opened, setOpened } = useRowKeys(
    rows.map((g) => g.id),
    renew,
  );
  const news = [
    fresh > 0 ? t('list.fresh', { count: fresh }) : '',
    gone.size > 0 ? t('groups.gone', { count: gone.size }) : '',
  ].filter(Boolean);
  return (
    <div className="list">
      <title>{`${t('place.alerts')} · Continuo`}</title>
      <h1>{t('place.alerts')}</h1>
      <AlertPlaces />
      <Filters filter={filter} onChange={(f) => setParams(groupParamsOf(f))} />
      {groups.isError && <ProblemAlert error={groups.error} onRetry={() => void groups.refetch()} />}
      <div className="pill-place" aria-live="polite">
        {news.length > 0 && (
          <Button shape="round" type="primary" className="pill" onClick={show}>
            {news.join(' · ')} – {t('list.show')}
          </Button>
        )}
      </div>
      <GroupRows
        rows={rows}
        loading={groups.isPending}
        current={current}
        onCurrent={setCurrent}
        opened={opened}
        onOpened={setOpened}
        gone={gone}
      />
      {rows.length === 0 && groups.isSuccess && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('groups.nothing')}>
          <Link to={linkOf(GROUP_VIEWS.everything)}>{t('groups.showAll')}</Link>
        </Empty>
      )}
      <More list={groups} />
      {rows.length > 0 && !groups.hasNextPage && <p className="list-end">{t('groups.end', { count: rows.length })}</p>}
    </div>
  );
}
