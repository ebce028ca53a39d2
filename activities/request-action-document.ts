import { createHash } from 'node:crypto';
import { documentsOfCase } from '../db/document';
import { Impossible } from './case-effect-step';
import { textOf } from './request-action-arguments';
import type { Act, Acted, ActionDeps } from './request-action-run';

const FORMATS = ['docx', 'pdf'] as const;
/** Seconds between looks at a document that is being made. */
const LOOK_SECONDS = 2;

/** `document.render`: as DOCX and PDF; done when both are there. */
export async function renderDocument({ db, documents }: ActionDeps, act: Act): Promise<Acted> {
  const { tenantId, caseId, key, at, effect } = act;
  const kind = textOf(effect.arguments, 'document');
  if (!documents.kinds.includes(kind))
    throw new Impossible(
      `no document "${kind}" can be made of a request; there are: ${documents.kinds.join(', ') || 'none'}`,
    );
  // One more attempt asks for further documents: those of the attempt before have failed for good.
  const ids = FORMATS.map((format) => ({ format, id: idOf(`${effect.key} ${key} ${kind} ${format}`) }));
  for (const { id, format } of ids) await documents.request({ id, tenantId, caseId, kind, format, by: 'system', at });
  const made = (await documentsOfCase(db, caseId)).filter((d) => ids.some(({ id }) => id === d.id));
  const failed = made.find((d) => d.state === 'failed');
  if (failed) throw new Impossible(`${kind} as ${failed.format}: ${failed.error ?? 'could not be made'}`);
  if (made.filter((d) => d.state === 'ready').length < ids.length) return { kind: 'poll', seconds: LOOK_SECONDS };
  return { kind: 'done', result: { documents: ids.map(({ id }) => id) } };
}

/** A UUID (version 8, RFC 9562) that the same text gives again. */
function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-');
}
