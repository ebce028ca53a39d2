import { Alert, Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, Outlet, useLocation } from 'react-router';
import { withTexts } from '../i18n/i18n';
import { LiveProvider, useLive } from '../live/live';
import { Bell } from '../notice/bell';
import { useSession } from '../session/session';
import { clockTime } from '../time/format';
import { useNow } from '../time/now';
import { useViewer } from '../time/viewer';
import { ErrorBoundary } from './error-boundary';
import { useKeys } from './keys';
import { Loading } from './loading';
import { Places } from './places';
import { LanguageSwitch, ThemeSwitch } from './switches';
import './shell.css';

const KeyHelp = lazy(() => withTexts(import('./key-help'), 'case').then((m) => ({ default: m.KeyHelp })));

/** The viewer's clock with its zone: every time on the screen is told in it. */
function ZoneClock() {
  const viewer = useViewer();
  const { t } = useTranslation();
  const now = useNow(1);
  return (
    <span className="zone-clock" title={t('shell.zone', { zone: viewer.zone })}>
      <time>{clockTime(now, viewer)}</time> <span className="zone-name">{viewer.zone}</span>
    </span>
  );
}

function Banner() {
  const { status, retry } = useLive();
  const { t } = useTranslation();
  if (status !== 'lost') return null;
  return (
    <Alert
      banner
      type="warning"
      role="alert"
      title={t('shell.lost')}
      description={t('shell.lostHelp')}
      action={<Button onClick={retry}>{t('action.retry')}</Button>}
    />
  );
}

/** Frame of every place: navigation, who and when, the state of the connection. */
export function Shell() {
  const { t } = useTranslation();
  const session = useSession().data;
  const { pathname } = useLocation();
  const [help, setHelp] = useState(false);
  useKeys({ '?': () => setHelp(true) });
  return (
    <LiveProvider>
      <a className="skip" href="#main">
        {t('shell.skip')}
      </a>
      <div className="shell">
        <header className="topbar">
          <NavLink to="/" className="brand">
            <img src="/icon.svg" alt="" width="24" height="24" />
            Continuo
          </NavLink>
          <span className="spring" />
          <ZoneClock />
          <Bell />
          <LanguageSwitch />
          <ThemeSwitch />
          <NavLink to="/account" className="who">
            {session?.displayName}
          </NavLink>
        </header>
        <Places />
        <main id="main" tabIndex={-1}>
          <Banner />
          <ErrorBoundary key={pathname}>
            <Suspense fallback={<Loading />}>
              <Outlet />
            </Suspense>
          </ErrorBoundary>
        </main>
      </div>
      {help && (
        <Suspense>
          <KeyHelp onClose={() => setHelp(false)} />
        </Suspense>
      )}
    </LiveProvider>
  );
}
