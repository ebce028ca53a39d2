import { Link, useLocation } from 'react-router';
import './place-tabs.css';

interface Tab {
  to: string;
  label: string;
}

/** Places that belong together, as tabs that are links. */
export function PlaceTabs({ label, tabs }: { label: string; tabs: Tab[] }) {
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
