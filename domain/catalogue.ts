/** Who sees an item of the catalogue; see `process-def-catalogue.ts`. */
export interface ItemVisibility {
  visibility?:
    | {
        tenants?: string[] | undefined;
        roles?: string[] | undefined;
        securityLevel?: { from?: number | undefined; to?: number | undefined } | undefined;
      }
    | undefined;
  /** Opened by other requests only. */
  internal?: boolean | undefined;
}

/** Somebody who looks at the catalogue. */
export interface CatalogueViewer {
  tenant: { id: string; securityLevel: number };
  roles: readonly string[];
}

/** Whether somebody sees an item: all that its visibility states has to hold; what it does not state bars nobody. */
export function isItemVisible({ visibility, internal }: ItemVisibility, viewer: CatalogueViewer): boolean {
  if (internal) return false;
  const { tenants, roles, securityLevel } = visibility ?? {};
  const level = viewer.tenant.securityLevel;
  return (
    (tenants?.includes(viewer.tenant.id) ?? true) &&
    (roles?.some((role) => viewer.roles.includes(role)) ?? true) &&
    level >= (securityLevel?.from ?? level) &&
    level <= (securityLevel?.to ?? level)
  );
}
