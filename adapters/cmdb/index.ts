import type { Ci, CiCause, CiRevision, CiStatus, CiType } from '../../domain/cmdb';
import type { TenantScope } from '../../domain/principal';

export interface CiFilter {
  type?: string;
  tenantId?: string;
  owner?: string;
  status?: CiStatus;
  /** Part of the id or name. */
  q?: string;
}

export interface NewCi {
  tenantId: string;
  type: string;
  name: string;
  attributes: Record<string, unknown>;
  owner: string;
  status: CiStatus;
}

/** What may be changed of an item; attributes are merged (RFC 7396). */
export interface CiChange {
  name?: string;
  owner?: string;
  status?: CiStatus;
  attributes?: Record<string, unknown>;
}

/**
 * Where configuration items live. Every change is a further revision and none is ever lost; repeats by the key of their
 * cause change nothing and answer what they answered. Errors: DomainError NotFound (also of another tenant), Conflict,
 * PreconditionFailed (`expected` is no longer the revision), ValidationFailed with every field that its type refuses.
 */
export interface Cmdb {
  types(): Promise<CiType[]>;
  /** Newest first, at most `limit`, with a number below `before`. */
  list(
    scope: TenantScope,
    filter: CiFilter,
    page: { limit: number; before?: number },
  ): Promise<(Ci & { number: number })[]>;
  read(scope: TenantScope, id: string): Promise<Ci | null>;
  /** Newest first, below revision `before`. */
  revisions(scope: TenantScope, id: string, page: { limit: number; before?: number }): Promise<CiRevision[]>;
  record(ci: NewCi, cause: CiCause): Promise<Ci>;
  change(scope: TenantScope, id: string, change: CiChange, cause: CiCause, expected?: number): Promise<Ci>;
  retire(scope: TenantScope, id: string, cause: CiCause, expected?: number): Promise<Ci>;
  /** A further revision that says what revision `to` said. */
  restore(scope: TenantScope, id: string, to: number, cause: CiCause, expected?: number): Promise<Ci>;
}
