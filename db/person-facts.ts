import type { Knex } from 'knex';

/** What conditions of a request may know of whoever asks, and the language he reads. */
export interface PersonFacts {
  tenant: { id: string; securityLevel: number };
  /** Roles he holds in that tenant. */
  roles: string[];
  /** BCP 47. */
  locale: string;
}

/** Facts of somebody in a tenant; an unknown login (a machine) holds no role there. */
export async function personFacts(db: Knex, login: string, tenantId: string): Promise<PersonFacts> {
  const found: { rows: { security_level: number; roles: string[] | null; locale: string | null }[] } = await db.raw(
    `select t.security_level, p.locale,
       array(select distinct g.role from role_grant g where g.person_id = p.id and g.tenant_id in (t.id, '*') order by 1) as roles
     from tenant t left join person p on p.login = :login where t.id = :tenantId`,
    { login, tenantId },
  );
  const row = found.rows[0];
  return {
    tenant: { id: tenantId, securityLevel: row?.security_level ?? 1 },
    roles: row?.roles ?? [],
    locale: row?.locale ?? 'zh-CN',
  };
}
