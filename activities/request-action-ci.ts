import { type CiCause, mergedAttributes } from '../domain/cmdb';
import { DomainError } from '../domain/errors';
import { Impossible } from './case-effect-step';
import { objectOf, optionalText, textOf, wholeOf } from './request-action-arguments';
import { type Act, type Acted, type ActionDeps, NOTHING } from './request-action-run';

/** The platform enters it; the case says for whom and why. */
const causeOf = ({ key, at, caseId, effect }: Act): CiCause => ({
  key: `action:${key}`,
  by: 'system',
  at,
  reason: effect.undoes === null ? null : `undo of ${effect.undoes}`,
  caseId,
});

/** `ci.record`: of the request's tenant and beneficiary, unless stated. */
export async function recordCi({ db, cmdb }: ActionDeps, act: Act): Promise<Acted> {
  const { tenantId, caseId, effect } = act;
  const args = effect.arguments;
  const [type, name] = [textOf(args, 'type'), textOf(args, 'name')];
  // What the form left empty is null: not known.
  const attributes = mergedAttributes({}, objectOf(args, 'attributes'));
  const request: { beneficiary: string } | undefined = await db('request').where({ id: caseId }).first('beneficiary');
  const owner = optionalText(args, 'owner') ?? request?.beneficiary;
  if (owner === undefined) throw new Error(`${caseId} has no row yet`);
  const ci = await cmdb.record({ tenantId, type, name, attributes, owner, status: 'active' }, causeOf(act));
  return { kind: 'done', result: { ci: ci.id, revision: ci.revision } };
}

/** `ci.update`: attributes are merged, null removes one. */
export async function updateCi({ cmdb }: ActionDeps, act: Act): Promise<Acted> {
  const id = textOf(act.effect.arguments, 'ci');
  const attributes = objectOf(act.effect.arguments, 'attributes');
  const ci = await cmdb.change([act.tenantId], id, { attributes }, causeOf(act));
  return { kind: 'done', result: { ci: ci.id, revision: ci.revision, previous: ci.revision - 1 } };
}

/** `ci.restore`. As an undo it takes back what this case has written, and nothing that others wrote since. */
export async function restoreCi({ cmdb }: ActionDeps, act: Act): Promise<Acted> {
  const args = act.effect.arguments;
  const id = optionalText(args, 'ci');
  const undoing = act.effect.undoes !== null;
  if (id === null || (undoing && (args.revision === undefined || args.revision === null)))
    return nothing(undoing, 'ci');
  const revision = wholeOf(args, 'revision');
  if (undoing) {
    const since = (await cmdb.revisions([act.tenantId], id, { limit: 200 })).filter((r) => r.revision > revision);
    const other = since.find((r) => r.caseId !== act.caseId);
    if (other)
      throw new Impossible(
        `${id} was changed since by ${other.by}${other.caseId === null ? '' : ` for ${other.caseId}`} (revision ${other.revision}); look at it and restore it by hand`,
      );
  }
  return gone(undoing, () => cmdb.restore([act.tenantId], id, revision, causeOf(act)));
}

/** `ci.retire`. */
export async function retireCi({ cmdb }: ActionDeps, act: Act): Promise<Acted> {
  const id = optionalText(act.effect.arguments, 'ci');
  const undoing = act.effect.undoes !== null;
  if (id === null) return nothing(undoing, 'ci');
  return gone(undoing, () => cmdb.retire([act.tenantId], id, causeOf(act)));
}

function nothing(undoing: boolean, name: string): Acted {
  if (undoing) return NOTHING;
  throw new Impossible(`${name} must be a text, it is nothing`);
}

/** An undo finds nothing to undo: that is what was wanted. */
async function gone(undoing: boolean, change: () => Promise<unknown>): Promise<Acted> {
  try {
    await change();
  } catch (error) {
    if (!undoing || !(error instanceof DomainError) || error.code !== 'NotFound') throw error;
  }
  return NOTHING;
}
