import { Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Permission } from '../../../domain/roles';
import { ProblemAlert } from '../form/problem-alert';
import { useMay, useSession } from '../session/session';
import { usePhone } from '../shell/width';
import { useViewer } from '../time/viewer';
import { OrganisationPage } from './frame';
import { type Role, useRoles } from './queries';

const GroupRoles = lazy(() => import('./group-roles').then((m) => ({ default: m.GroupRoles })));

/** Permissions in the order of the roles' own list, those of one thing together. */
function permissionsOf(roles: readonly Role[]): Permission[] {
  const all = [...new Set(roles.flatMap((r) => r.permissions))] as Permission[];
  return all.sort((a, b) => a.localeCompare(b));
}

function usePermissionName() {
  const { t } = useTranslation();
  return (permission: string) =>
    t(`permission.${permission.replace(':', '_')}` as 'permission.audit_read', { defaultValue: permission });
}

/** Who holds a role, as far as the viewer may know. */
function Holders({ role }: { role: Role }) {
  const { t } = useTranslation();
  if (role.holders === null || role.holderCount === null) return null;
  if (role.holderCount === 0) return <span className="quiet">{t('organisation.nobodyHolds')}</span>;
  return (
    <details>
      <summary>{t('organisation.holders', { count: role.holderCount })}</summary>
      <ul className="holders">
        {role.holders.map((h) => (
          <li key={h.id}>
            {h.displayName} <span className="quiet mono">{h.login}</span>{' '}
            <small className="quiet">
              {h.tenants.map((x) => (x === '*' ? t('organisation.everywhere') : x)).join(', ')}
            </small>
          </li>
        ))}
      </ul>
      {role.holderCount > role.holders.length && (
        <Link to={`/administration/people?role=${role.name}`}>{t('organisation.allHolders')}</Link>
      )}
    </details>
  );
}

function Matrix({ roles }: { roles: readonly Role[] }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const name = usePermissionName();
  const permissions = permissionsOf(roles);
  const families = [...new Set(roles.map((r) => r.family))];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is rolled has to be reached by keyboard.
    <section className="matrix" tabIndex={0} aria-label={t('organisation.matrix')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('organisation.role')}</th>
            <th scope="col">{t('organisation.holdersTitle')}</th>
            {permissions.map((p) => (
              <th scope="col" key={p} className="permission">
                <span>{name(p)}</span>
              </th>
            ))}
          </tr>
        </thead>
        {families.map((family) => (
          <tbody key={family}>
            <tr className="family">
              <th scope="rowgroup" colSpan={2}>
                {t(`organisation.family_${family}` as 'organisation.family_control')}
              </th>
              <td colSpan={permissions.length} />
            </tr>
            {roles
              .filter((r) => r.family === family)
              .map((r) => (
                <tr key={r.name}>
                  <th scope="row">{r[language]}</th>
                  <td>
                    <Holders role={r} />
                  </td>
                  {permissions.map((p) => (
                    <td
                      key={p}
                      className="permits"
                      title={r.permissions.includes(p) ? `${r[language]}: ${name(p)}` : undefined}
                    >
                      {r.permissions.includes(p) ? (
                        <>
                          <span aria-hidden="true">●</span>
                          <span className="unseen">{t('organisation.yes')}</span>
                        </>
                      ) : (
                        <span className="unseen">{t('organisation.no')}</span>
                      )}
                    </td>
                  ))}
                </tr>
              ))}
          </tbody>
        ))}
      </table>
    </section>
  );
}

/** On a telephone nobody reads a table of thirty columns: each role says in words what it permits. */
function Cards({ roles }: { roles: readonly Role[] }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const name = usePermissionName();
  return (
    <ul className="cards">
      {roles.map((r) => (
        <li key={r.name} className="card">
          <b>{r[language]}</b>
          <small className="quiet">{t(`organisation.family_${r.family}` as 'organisation.family_control')}</small>
          <Holders role={r} />
          <details>
            <summary>{t('organisation.permissions', { count: r.permissions.length })}</summary>
            <ul className="holders">
              {[...r.permissions].sort().map((p) => (
                <li key={p}>{name(p)}</li>
              ))}
            </ul>
          </details>
        </li>
      ))}
    </ul>
  );
}

/** Which role may do what, and who holds it; which groups of the sign-in provider give it. */
export function Roles() {
  const phone = usePhone();
  const session = useSession().data;
  const everywhere = session?.grants.some((g) => g.role === 'administrator' && g.tenantId === '*') ?? false;
  const manages = useMay()('people:manage') && everywhere;
  const roles = useRoles();
  const items = roles.data?.items ?? [];
  return (
    <OrganisationPage name="roles">
      {roles.isError && <ProblemAlert error={roles.error} onRetry={() => void roles.refetch()} />}
      {roles.isPending && <Skeleton active />}
      {items.length > 0 && (phone ? <Cards roles={items} /> : <Matrix roles={items} />)}
      {manages && (
        <Suspense>
          <GroupRoles />
        </Suspense>
      )}
    </OrganisationPage>
  );
}
