export const CI_STATUSES = ['planned', 'active', 'retired'] as const;
export type CiStatus = (typeof CI_STATUSES)[number];
export const CI_CHANGES = ['recorded', 'changed', 'retired', 'restored'] as const;

/** A type of configuration item; `schema` is JSON Schema (draft 2020-12) of its attributes. */
export interface CiType {
  name: string;
  title: { 'zh-CN': string; en: string };
  schema: Record<string, unknown>;
}

/** A configuration item as it is now. Instants RFC 3339. */
export interface Ci {
  id: string;
  tenantId: string;
  type: string;
  name: string;
  attributes: Record<string, unknown>;
  /** Login. */
  owner: string;
  status: CiStatus;
  revision: number;
  createdAt: string;
  updatedAt: string;
}

/** One state an item has had, with who brought it about, when, why and for which case. */
export interface CiRevision {
  revision: number;
  change: (typeof CI_CHANGES)[number];
  name: string;
  attributes: Record<string, unknown>;
  owner: string;
  status: CiStatus;
  /** Of a restore: the revision it went back to. */
  restored: number | null;
  by: string;
  at: string;
  reason: string | null;
  caseId: string | null;
}

/** Who changes an item, when (ISO 8601), why, for which case. A repeat with the same `key` changes nothing. */
export interface CiCause {
  key: string;
  by: string;
  at: string;
  reason: string | null;
  caseId: string | null;
}

/** RFC 7396: what is named replaces, null removes. */
export function mergedAttributes(
  before: Readonly<Record<string, unknown>>,
  patch: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(patch)) {
    const known = merged[name];
    if (value === null) delete merged[name];
    else merged[name] = isObject(value) ? mergedAttributes(isObject(known) ? known : {}, value) : value;
  }
  return merged;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
