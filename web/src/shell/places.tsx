import {
  AlertOutlined,
  ApartmentOutlined,
  ApiOutlined,
  AuditOutlined,
  BellOutlined,
  CheckSquareOutlined,
  CloseOutlined,
  CustomerServiceOutlined,
  DatabaseOutlined,
  FileTextOutlined,
  FundOutlined,
  HomeOutlined,
  InboxOutlined,
  MenuOutlined,
  NotificationOutlined,
  PhoneOutlined,
  PlusCircleOutlined,
  SmileOutlined,
  TeamOutlined,
  UserOutlined,
} from '@ant-design/icons';
import { Button } from 'antd';
import { type ComponentType, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, useLocation } from 'react-router';
import { useMay } from '../session/session';
import { usePhone } from './width';

interface Place {
  to: string;
  Icon: ComponentType<{ 'aria-hidden': true }>;
  label: string;
}

/** As many stand side by side on a telephone of 320 px. */
const BAR = 5;

/** The places of the viewer, the likeliest first. */
function usePlaces(): Place[] {
  const may = useMay();
  const { t } = useTranslation();
  const all = may('incident:read');
  const asks = may('request:create', 'request:read-own');
  const place = (allowed: boolean, to: string, Icon: Place['Icon'], label: string): Place[] =>
    allowed ? [{ to, Icon, label }] : [];
  const portal = place(asks, '/portal', HomeOutlined, t('place.portal'));
  return [
    ...place(all, '/work', InboxOutlined, t('place.work')),
    ...(all ? [] : portal),
    ...place(asks && !all, '/portal/requests', FileTextOutlined, t('place.myRequests')),
    ...place(
      may('incident:read', 'incident:read-own'),
      '/incidents',
      AlertOutlined,
      t(all ? 'place.incidents' : 'place.ownIncidents'),
    ),
    ...place(asks, '/approvals', AuditOutlined, t('place.approvals')),
    ...place(may('request:read'), '/requests', FileTextOutlined, t('place.requests')),
    ...place(may('incident:create'), '/incidents/new', PlusCircleOutlined, t('place.newIncident')),
    ...(all ? portal : []),
    ...place(all, '/alerts', BellOutlined, t('place.alerts')),
    ...place(may('call:log'), '/calls', CustomerServiceOutlined, t('place.calls')),
    ...place(may('oncall:read'), '/on-call', PhoneOutlined, t('place.onCall')),
    ...place(may('incident:handle', 'request:handle'), '/tasks', CheckSquareOutlined, t('place.tasks')),
    ...place(all, '/wall', FundOutlined, t('place.wall')),
    ...place(may('notice:publish'), '/notices', NotificationOutlined, t('place.notices')),
    ...place(may('survey:read'), '/surveys', SmileOutlined, t('place.satisfaction')),
    ...place(may('definition:read'), '/administration/definitions', ApartmentOutlined, t('place.definitions')),
    ...place(
      may('people:manage', 'oncall:manage', 'audit:read'),
      '/administration/people',
      TeamOutlined,
      t('place.organisation'),
    ),
    ...place(may('pool:read'), '/resources', DatabaseOutlined, t('place.resources')),
    ...place(may('intake:manage'), '/intake', ApiOutlined, t('place.intake')),
    ...place(true, '/account', UserOutlined, t('place.account')),
  ];
}

/** Places with others of the list below them: reporting is a place of its own, not one within the list. */
const WITHIN = ['/incidents', '/portal'];

function PlaceLink({ place: { to, Icon, label }, onClick }: { place: Place; onClick?: () => void }) {
  return (
    <NavLink to={to} end={WITHIN.includes(to)} onClick={onClick}>
      <Icon aria-hidden />
      <span>{label}</span>
    </NavLink>
  );
}

/** Ways to the places: all of them at a desk; on a telephone the likeliest, and the others one touch away. */
export function Places() {
  const { t } = useTranslation();
  const phone = usePhone();
  const places = usePlaces();
  const shown = phone && places.length > BAR ? places.slice(0, BAR - 1) : places;
  const others = places.slice(shown.length);
  return (
    <nav className="places" aria-label={t('shell.places')}>
      {shown.map((place) => (
        <PlaceLink key={place.to} place={place} />
      ))}
      {others.length > 0 && <MorePlaces places={others} />}
    </nav>
  );
}

/** A sheet from below; the browser keeps the focus in it, closes it with Escape and gives the focus back. */
function MorePlaces({ places }: { places: Place[] }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const sheet = useRef<HTMLDialogElement>(null);
  const close = () => sheet.current?.close();
  const here = places.some(({ to }) => pathname === to || pathname.startsWith(`${to}/`));
  return (
    <>
      <button
        type="button"
        className={here ? 'here' : undefined}
        aria-haspopup="dialog"
        onClick={() => sheet.current?.showModal()}
      >
        <MenuOutlined aria-hidden />
        <span>{t('shell.more')}</span>
      </button>
      {/* A new one for each place: going back closes it. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: beside the sheet means outside it; keys have Escape and the button. */}
      <dialog
        key={pathname}
        ref={sheet}
        className="more-places"
        aria-labelledby="more-places"
        onClick={(e) => e.target === e.currentTarget && close()}
      >
        <div>
          <header>
            <h2 id="more-places">{t('shell.more')}</h2>
            <Button type="text" size="large" icon={<CloseOutlined />} aria-label={t('shell.close')} onClick={close} />
          </header>
          {places.map((place) => (
            <PlaceLink key={place.to} place={place} onClick={close} />
          ))}
        </div>
      </dialog>
    </>
  );
}
