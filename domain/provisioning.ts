export const PROVISIONING_STATES = ['open', 'calling', 'accepted', 'done', 'failed', 'removed', 'cancelled'] as const;
/** `open`: with people; `calling`: the target has not accepted it for certain; `accepted`: it is at work. */
export type ProvisioningState = (typeof PROVISIONING_STATES)[number];

/** Something that a provisioner makes or removes for a request. Instants RFC 3339. */
export interface ProvisioningRun {
  id: string;
  tenantId: string;
  caseId: string;
  step: string;
  operation: 'create' | 'remove';
  /** Version of the definition: `provisioner/<name>@<version>`. */
  provisioner: string;
  manual: boolean;
  spec: Record<string, unknown>;
  state: ProvisioningState;
  resource: string | null;
  details: Record<string, unknown> | null;
  reason: string | null;
  createdAt: string;
  endedAt: string | null;
  endedBy: string | null;
}
