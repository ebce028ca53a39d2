import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { roleName } from '../session/roles';
import { useViewer } from '../time/viewer';
import type { Person } from './queries';

/** Roles by the place they hold in: `Requester`, `Auditor · all tenants`. */
export function Grants({ person: { roles, groupRoles, tenantId } }: { person: Person }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  if (roles.length === 0) return <span className="quiet">–</span>;
  return (
    <span className="tags">
      {roles.map((g) => {
        const group = groupRoles.some((o) => o.role === g.role && o.tenantId === g.tenantId);
        const where = g.tenantId === '*' ? t('organisation.everywhere') : g.tenantId;
        return (
          <Tag key={`${g.role} ${g.tenantId}`} title={group ? t('organisation.fromGroup') : undefined}>
            {roleName(g.role, language)}
            {g.tenantId !== tenantId && ` · ${where}`}
            {group && ' ⇄'}
          </Tag>
        );
      })}
    </span>
  );
}

/** Name and login, with what is special about somebody in words. */
export function Who({ person }: { person: Person }) {
  const { t } = useTranslation();
  return (
    <>
      <b dir="auto">{person.displayName}</b> <span className="quiet mono">{person.login}</span>
      {person.outsourced && <Tag>{t('organisation.outsourced')}</Tag>}
      {!person.active && <Tag color="default">✕ {t('organisation.inactive')}</Tag>}
    </>
  );
}
