import type { Knex } from 'knex';
import { type AlertRules, NO_RULES } from '../domain/alert-rules';
import { type Definition, ofKind } from '../domain/process-def';
import { compileAlertRules } from '../domain/process-def-alert-compile';
import { currentDefinitions } from './definitions';

/** The list of definitions stays the same one until something is published. */
const compiled = new WeakMap<readonly Definition[], AlertRules>();

/** The alert rules of a tenant as they are now: live for all (I7). */
export async function currentAlertRules(db: Knex, tenantId: string): Promise<AlertRules> {
  const definitions = await currentDefinitions(db, tenantId);
  const known = compiled.get(definitions);
  if (known) return known;
  const docs = ofKind(definitions, 'alert-rules');
  const rules = docs.length === 0 ? NO_RULES : compileAlertRules(docs);
  compiled.set(definitions, rules);
  return rules;
}
