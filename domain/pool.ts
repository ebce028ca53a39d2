/** Amounts by unit: {"vcpu": 4, "memoryGb": 8}. */
export type Amounts = Record<string, number>;

/** One unit of a pool; `free` is what is neither reserved nor allocated. */
export interface UnitUse {
  total: number;
  reserved: number;
  allocated: number;
  free: number;
}

/** Capacity that is held and handed out. Instants RFC 3339. */
export interface Pool {
  id: string;
  /** `*`: for every tenant. */
  tenantId: string;
  name: string;
  title: { 'zh-CN': string; en: string };
  site: string;
  /** Tenants up to this level may have capacity of it. */
  securityLevel: number;
  units: Record<string, UnitUse>;
  version: number;
  createdAt: string;
  updatedAt: string;
  updatedBy: string;
}

export type PoolChange = Partial<Pick<Pool, 'title' | 'site' | 'securityLevel'>> & { units?: Amounts };
export type NewPool = Pick<Pool, 'id' | 'tenantId' | 'name' | 'title' | 'site' | 'securityLevel'> & {
  units: Amounts;
  at: string;
  by: string;
};

export const RESERVATION_STATES = ['reserved', 'allocated', 'released', 'expired'] as const;
export type ReservationState = (typeof RESERVATION_STATES)[number];

/** A part of a pool that a case holds or has. Instants RFC 3339, of the case's clock. */
export interface Reservation {
  id: string;
  poolId: string;
  tenantId: string;
  caseId: string;
  amounts: Amounts;
  state: ReservationState;
  reservedAt: string;
  expiresAt: string | null;
  allocatedAt: string | null;
  endedAt: string | null;
}

/** How amounts are not as they must be: one sentence each. Nothing (null, 0) of a unit is nothing wanted of it. */
export function amountProblems(amounts: unknown): string[] {
  if (typeof amounts !== 'object' || amounts === null || Array.isArray(amounts))
    return ['amounts must be an object such as {"vcpu": 4}'];
  const entries: [string, unknown][] = Object.entries(amounts);
  const wrong = entries.flatMap(([unit, amount]) => {
    const good = amount === null || (typeof amount === 'number' && amount >= 0 && amount <= 1e12);
    return good ? [] : [`amounts.${unit} must be a number, not below 0`];
  });
  if (wrong.length > 0) return wrong;
  return Object.keys(wantedOf(amounts as Record<string, number | null>)).length === 0
    ? ['amounts ask for nothing']
    : [];
}

/** What is wanted at all. */
export function wantedOf(amounts: Record<string, number | null>): Amounts {
  return Object.fromEntries(Object.entries(amounts).flatMap(([unit, n]) => (n === null || n === 0 ? [] : [[unit, n]])));
}
