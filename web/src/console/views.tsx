import { SettingOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { filterOfSaved, type IncidentFilter, paramsOf, sameView } from '../incident/filter';
import { useViewer } from '../time/viewer';
import { type SavedView, useCount, useSavedViews } from './queries';

const KeepDialog = lazy(() => import('./keep-view').then((m) => ({ default: m.KeepDialog })));
const ManageDialog = lazy(() => import('./manage-views').then((m) => ({ default: m.ManageDialog })));

/** Name of a view in the viewer's language. */
export function useViewName(): (v: SavedView) => string {
  const { language } = useViewer();
  return (v) => v.names?.[language] ?? v.name;
}

/** A view as a link, with how many are in it: it can be opened in a new tab and sent to a colleague. */
function Tab({ view, filter }: { view: SavedView; filter: IncidentFilter }) {
  const { t } = useTranslation();
  const name = useViewName();
  const shows = filterOfSaved(view.filter, view.columns);
  const counted = useCount(shows, shows.q === '').data;
  const search = paramsOf(shows).toString();
  const count = counted?.count ?? null;
  return (
    <Link
      to={`/incidents${search === '' ? '' : `?${search}`}`}
      aria-current={sameView(filter, shows) ? 'page' : undefined}
      className={view.shared && !view.shipped ? 'shared' : undefined}
      title={view.shared && !view.shipped ? t('view.sharedTitle') : undefined}
    >
      {name(view)}{' '}
      {count !== null && count > 0 && (
        <span className="tab-count">{counted?.more ? t('view.more', { count }) : count}</span>
      )}
    </Link>
  );
}

/** Saved views as tabs. */
export function Views({ filter }: { filter: IncidentFilter }) {
  const { t } = useTranslation();
  const views = useSavedViews().data ?? [];
  return (
    <nav className="quick" aria-label={t('list.quick')}>
      {views.map((v) => (
        <Tab key={v.id} view={v} filter={filter} />
      ))}
    </nav>
  );
}

/** What is on the screen can be kept as one more view; those that are one's own can be changed. */
export function ViewActions({ filter }: { filter: IncidentFilter }) {
  const { t } = useTranslation();
  const views = useSavedViews().data ?? [];
  const [open, setOpen] = useState<'keep' | 'manage' | null>(null);
  const known = views.some((v) => sameView(filter, filterOfSaved(v.filter, v.columns)));
  const mine = views.filter((v) => v.mayChange);
  const close = () => setOpen(null);
  return (
    <span className="views-actions">
      {views.length > 0 && !known && (
        <Button type="dashed" onClick={() => setOpen('keep')}>
          {t('view.keep')}
        </Button>
      )}
      {mine.length > 0 && (
        <Button
          type="text"
          icon={<SettingOutlined />}
          aria-label={t('view.manage')}
          title={t('view.manage')}
          onClick={() => setOpen('manage')}
        />
      )}
      <Suspense>
        {open === 'keep' && <KeepDialog filter={filter} changeable={mine} onClose={close} />}
        {open === 'manage' && <ManageDialog views={mine} onClose={close} />}
      </Suspense>
    </span>
  );
}
