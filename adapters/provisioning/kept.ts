import type { Made } from '../../domain/provisioner';
import { runContext, type Seal } from '../identity/seal';

/** What is kept of what a provisioner tells: its secret sealed, and every secret taken out of what the case gets to know. */
export function keptOf(
  seal: Seal | null,
  runKey: string,
  { details, secret }: Omit<Made, 'resource'>,
  secrets: readonly string[] = [],
): { details: Record<string, unknown>; secret?: string } {
  const hidden = [...secrets, ...(secret === null ? [] : [secret])].filter((s) => s.length > 3);
  const text = hidden.reduce((t, s) => t.replaceAll(JSON.stringify(s).slice(1, -1), '•••'), JSON.stringify(details));
  const sealed = secret === null ? undefined : seal?.seal(secret, runContext(runKey));
  return { details: JSON.parse(text) as Record<string, unknown>, ...(sealed !== undefined && { secret: sealed }) };
}
