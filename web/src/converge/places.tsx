import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';

interface Tab {
  to: string;
  label: string;
}

/** Places that belong together, as tabs that are links. */
function PlaceTabs({ label, tabs }: { label: string; tabs: Tab[] }) {
  const { pathname } = useLocation();
  return (
    <nav className="place-tabs" aria-label={label}>
      {tabs.map((tab) => (
        <Link key={tab.to} to={tab.to} aria-current={pathname === tab.to ? 'page' : undefined}>
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}

/** What belongs to alerts: what fires, what is held back, and what is kept quiet. */
export function AlertPlaces() {
  const { t } = useTranslation();
  const tabs = [
    { to: '/alerts', label: t('groups.groups') },
    { to: '/alerts/held', label: t('groups.held') },
    { to: '/alerts/silences', label: t('groups.silences') },
  ];
  return <PlaceTabs label={t('groups.place')} tabs={tabs} />;
}

/** What belongs to intake: who sends, who reports that he lives, and what could not be taken. */
export function IntakePlaces() {
  const { t } = useTranslation();
  const own = (['sources', 'heartbeats', 'rejected'] as const).map((name) => ({
    to: `/intake/${name}`,
    label: t(`intake.${name}`),
  }));
  const tabs = [
    ...own,
    { to: '/intake/mailboxes', label: t('mailbox.place') },
    { to: '/intake/mails', label: t('mailLog.place') },
  ];
  return <PlaceTabs label={t('intake.place')} tabs={tabs} />;
}
