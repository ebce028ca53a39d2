import { parseDuration, parseWallSeconds } from './duration';
import { ofKind } from './process-def';
import type { EscalationDoc, MatrixDoc, SlaDoc } from './process-def-promise';
import type { Check, Path } from './process-def-reference';
import { checkActors, checkName, checkReference } from './process-def-reference';
import { SEVERITIES } from './sla';

/** `75%` → 0.75. */
const fraction = (used: string): number => Number(used.slice(0, -1)) / 100;

function checkGoals(check: Check, def: SlaDoc, i: number, goals: SlaDoc['clocks'][number]['goals']): void {
  const calendar = ofKind(check.defs, 'calendar').find((c) => c.name === def.calendar);
  let shorter: { amount: number; severity: string; unit: string } | undefined;
  for (const severity of SEVERITIES) {
    const path = ['clocks', i, 'goals', severity];
    const { unit, amount } = parseDuration(goals[severity]);
    if (unit === 'business-days' && calendar?.week === 'always') {
      check.report(
        path,
        `"${goals[severity]}": the calendar "${def.calendar}" never closes and so has no working days`,
      );
    }
    if (shorter?.unit === unit && amount < shorter.amount) {
      const text = `severity ${severity} has a shorter goal than ${shorter.severity}, which is worse`;
      check.report(path, text, { severity: 'warning' });
    }
    shorter = { amount, severity, unit };
  }
}

/** Calendar and pause reasons exist; goals make sense on the calendar; its tests name its own clocks. */
export function checkSla(check: Check, def: SlaDoc): void {
  checkReference(check, ['calendar'], 'calendar', def.calendar);
  const reasons = ofKind(check.defs, 'process').flatMap((p) => p.pauseReasons.map((r) => r.name));
  const processBroken = check.world.broken?.some((b) => b.kind === 'process');
  const names: string[] = [];
  for (const [i, clock] of def.clocks.entries()) {
    if (names.includes(clock.name)) check.report(['clocks', i, 'name'], `there is a second clock "${clock.name}"`);
    names.push(clock.name);
    checkGoals(check, def, i, clock.goals);
    for (const [j, reason] of clock.pausesFor.entries()) {
      if (!processBroken) checkName(check, ['clocks', i, 'pausesFor', j], 'pause reason', reason, reasons);
    }
    const both = clock.restartsAt.findIndex((fact) => clock.stopsAt.includes(fact));
    if (both >= 0) {
      check.report(['clocks', i, 'restartsAt', both], `"${clock.restartsAt[both]}" both stops and restarts the clock`);
    }
  }
  for (const [i, test] of def.tests.entries()) checkName(check, ['tests', i, 'clock'], 'clock', test.clock, names);
}

/** A word means one severity only; a worse impact or urgency never gives a milder severity. */
export function checkMatrix(check: Check, def: MatrixDoc): void {
  const meaning = new Map<string, string>();
  for (const severity of SEVERITIES) {
    const { label, synonyms } = def.severities[severity];
    const words: [string, Path][] = [
      [label['zh-CN'], ['label', 'zh-CN']],
      [label.en, ['label', 'en']],
      ...synonyms.map((word, i): [string, Path] => [word, ['synonyms', i]]),
    ];
    for (const [word, path] of words) {
      const other = meaning.get(word.toLowerCase());
      if (other) check.report(['severities', severity, ...path], `"${word}" already means severity ${other}`);
      else meaning.set(word.toLowerCase(), severity);
    }
  }
  const order = ['high', 'medium', 'low'] as const;
  for (const [i, impact] of order.entries()) {
    for (const [j, urgency] of order.entries()) {
      const rank = SEVERITIES.indexOf(def.matrix[impact][urgency]);
      const worse = [
        order[i - 1] && def.matrix[order[i - 1] ?? impact][urgency],
        def.matrix[impact][order[j - 1] ?? urgency],
      ];
      if (worse.some((severity) => severity && SEVERITIES.indexOf(severity) > rank)) {
        check.report(['matrix', impact, urgency], `${impact} × ${urgency} is severer than a worse combination`);
      }
    }
  }
}

function checkTriggers(check: Check, def: EscalationDoc): void {
  const reached = new Map<string, { value: number; text: string }>();
  for (const [i, level] of def.levels.entries()) {
    for (const [j, when] of level.when.entries()) {
      const key = when.clock ?? 'silence';
      const text = when.silence ?? when.used ?? '';
      const value = when.silence === undefined ? fraction(when.used ?? '') : parseWallSeconds(when.silence);
      const last = reached.get(key);
      const path = ['levels', i, 'when', j, when.silence === undefined ? 'used' : 'silence'];
      if (last && value <= last.value)
        check.report(path, `${key} ${text} is not later than ${last.text} of a level before`);
      else reached.set(key, { value, text });
    }
  }
}

/** Levels 1, 2, 3 … without a gap, each later than the one before; known clocks and actors; a fallback that cannot be empty. */
export function checkEscalation(check: Check, def: EscalationDoc): void {
  for (const [i, level] of def.levels.entries()) {
    if (level.level !== i + 1)
      check.report(['levels', i, 'level'], `level ${level.level} stands where level ${i + 1} belongs`);
    checkActors(check, ['levels', i, 'notify'], level.notify);
  }
  checkTriggers(check, def);
  if (parseWallSeconds(def.repeatEvery) < 60) check.report(['repeatEvery'], 'a reminder comes once a minute at most');
  const clocks = ofKind(check.defs, 'sla').flatMap((sla) => sla.clocks.map((clock) => clock.name));
  if (!check.world.broken?.some((b) => b.kind === 'sla')) {
    const named = def.levels.flatMap((l, i) => l.when.map((w, j) => ({ w, path: ['levels', i, 'when', j, 'clock'] })));
    for (const { w, path } of named) if (w.clock) checkName(check, path, 'clock', w.clock, clocks);
    for (const [i, t] of def.tests.entries())
      if (t.clock) checkName(check, ['tests', i, 'clock'], 'clock', t.clock, clocks);
  }
  checkActors(check, ['fallback'], def.fallback);
  if (!def.fallback.some((a) => /^(role|person)\(/.test(a))) {
    check.report(
      ['fallback'],
      'the fallback needs a role(…) or a person(…): a schedule or an assignee may be empty just then',
    );
  }
}
