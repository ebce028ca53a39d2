import { parseWallSeconds } from './duration';
import { nearest } from './nearest';
import type { AlertRulesDoc } from './process-def-alert';
import { checkZone } from './process-def-check-time';
import type { Check } from './process-def-reference';
import { checkName, checkReference } from './process-def-reference';

const LISTS = ['filter', 'enrich', 'grouping', 'mute', 'inhibit', 'flapping', 'resolve'] as const;

/** Names that are unique, time ranges and services that exist, and rules that do something. */
export function checkAlertRules(check: Check, def: AlertRulesDoc): void {
  const ranges = def.timeRanges ?? [];
  for (const [i, range] of ranges.entries()) checkZone(check, range.zone, ['timeRanges', i, 'zone']);
  checkUnique(check, 'timeRanges', ranges);
  for (const list of LISTS) checkUnique(check, list, def[list] ?? []);
  for (const [i, rule] of (def.enrich ?? []).entries()) {
    if (rule.service !== undefined) checkReference(check, ['enrich', i, 'service'], 'service', rule.service);
    if (rule.set === undefined && rule.service === undefined && rule.severity === undefined)
      check.report(['enrich', i], `rule "${rule.name}" sets nothing; give it set, service or severity`);
  }
  const names = ranges.map((range) => range.name);
  for (const [i, { during }] of (def.mute ?? []).entries())
    for (const [j, name] of during.entries()) checkName(check, ['mute', i, 'during', j], 'time range', name, names);
  for (const [i, { within, hold }] of (def.flapping ?? []).entries())
    for (const [key, text] of Object.entries({ within, hold }))
      if (parseWallSeconds(text) === 0) check.report(['flapping', i, key], `"${text}": must be longer than nothing`);
  checkRepeats(check, def);
  checkTests(check, def);
}

function checkUnique(check: Check, list: string, rules: readonly { name: string }[]): void {
  for (const [i, { name }] of rules.entries())
    if (rules.slice(0, i).some((rule) => rule.name === name))
      check.report([list, i, 'name'], `there is a second rule "${name}" in ${list}`);
}

function checkRepeats(check: Check, def: AlertRulesDoc): void {
  for (const [i, { repeat }] of (def.grouping ?? []).entries())
    if (repeat !== undefined && parseWallSeconds(repeat) < 60)
      check.report(['grouping', i, 'repeat'], `"${repeat}": at least PT1M`);
}

/** A test that expects a rule which does not exist could only be a slip of the pen. */
function checkTests(check: Check, def: AlertRulesDoc): void {
  const holding = [def.mute, def.inhibit].flatMap((rules) => (rules ?? []).map((rule) => rule.name));
  const known = { dropped: (def.filter ?? []).map((rule) => rule.name), held: holding };
  for (const [i, { expect }] of def.tests.entries())
    for (const key of ['dropped', 'held'] as const) {
      const name = expect[key];
      if (name !== undefined && !known[key].includes(name))
        check.report(['tests', i, 'expect', key], `no such rule "${name}"`, { nearest: nearest(name, known[key]) });
    }
}
