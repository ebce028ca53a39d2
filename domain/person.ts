/** A role held in a tenant; tenant `*` = in every one. */
export interface RoleGrant {
  role: string;
  tenantId: string;
}

/** A person as others name him. */
export interface PersonName {
  id: string;
  login: string;
  displayName: string;
}

/** One way to reach a person; the order of a person's methods is the order of trying (I4). */
export interface ContactMethod {
  kind: 'email' | 'webhook';
  /** Mail address, or http(s) URL. */
  address: string;
  /** Whether messages to a webhook carry a signature (Standard Webhooks); the secret itself is never shown. */
  signed: boolean;
}

/** Somebody who can sign in, be paged, own a case. */
export interface Person {
  id: string;
  /** Organisation he belongs to; who may see him is decided by it (I10). */
  tenantId: string;
  /** Lower case, unique over all tenants: sign-in asks for no tenant. */
  login: string;
  displayName: string;
  email: string | null;
  /** In one spelling (domain/phone.ts), the one to call first at the front. */
  phones: string[];
  /** BCP 47. */
  locale: string;
  /** IANA time zone. */
  zone: string;
  active: boolean;
  /** False until the person has used a set-up link. */
  hasPassword: boolean;
  /** Direct superior. */
  manager: PersonName | null;
  /** Works for us without belonging to us. */
  outsourced: boolean;
  /** Names of teams, sorted. */
  teams: string[];
  skills: string[];
  /** Everything he holds, by hand or from groups. */
  roles: RoleGrant[];
  /** Of these: what groups of the sign-in provider give; nobody takes them away by hand. */
  groupRoles: RoleGrant[];
  contactMethods: ContactMethod[];
  createdAt: string;
}
