import { parseDuration } from '../../../domain/duration';
import type { Bilingual } from '../../../domain/process-def-common';
import { SEVERITIES, type Severity } from '../../../domain/sla';
import { roleName } from '../session/roles';
import type { Language } from '../theme/preferences';
import { duration } from '../time/format';

/** How a drawing says things: pure, so that drawings can be made and tested without a screen. */
export interface Words {
  language: Language;
  t(key: string, values?: Record<string, string | number>): string;
}

/** A text of a definition in the viewer's language. */
export const said = ({ language }: Words, text: Bilingual): string => text[language];

/** `PT10M` → `10 min`, `2bd` → `2 working days`; what is no duration stays as it is written. */
export function spanOf(w: Words, text: string): string {
  try {
    const { unit, amount } = parseDuration(text);
    if (unit === 'business-days') return w.t('drawing.businessDays', { count: amount });
    if (unit === 'business-hours') return w.t('drawing.businessHours', { count: amount });
    return duration(amount, w.language);
  } catch {
    return text;
  }
}

const separator = ({ language }: Words) => (language === 'en' ? ', ' : '，');
export const listed = (w: Words, parts: readonly string[]): string => parts.join(separator(w));

/** `I 10 min, II 10 min, …`; equal ones together: `I–III 30 min, IV 2 h`. A limit of nothing refuses. */
export function perSeverityOf(w: Words, values: Record<Severity, string>): string {
  const runs: { from: Severity; to: Severity; value: string }[] = [];
  for (const severity of SEVERITIES) {
    const value = values[severity] === 'PT0S' ? w.t('drawing.notAllowed') : spanOf(w, values[severity]);
    const last = runs.at(-1);
    if (last?.value === value) last.to = severity;
    else runs.push({ from: severity, to: severity, value });
  }
  if (runs.length === 1) return runs[0]?.value ?? '';
  return listed(
    w,
    runs.map((r) => `${r.from === r.to ? r.from : `${r.from}–${r.to}`} ${r.value}`),
  );
}

/** `oncall(primary)`, `role(leader)` … as people say it; what is no resolver stays as it is written. */
export function actorOf(w: Words, text: string): string {
  const [, kind, name = ''] = /^(oncall|role|person|owner|assignee)(?:\(([^()]*)\))?$/.exec(text) ?? [];
  if (kind === 'oncall') return w.t('drawing.actorOncall', { name });
  if (kind === 'role') return roleName(name, w.language);
  if (kind === 'person') return name;
  if (kind === 'owner') return w.t('drawing.actorOwner');
  return kind === 'assignee' ? w.t('drawing.actorAssignee') : requestActorOf(w, text);
}

/** `manager(2)`, `field(contact)` … of requests. */
function requestActorOf(w: Words, text: string): string {
  const [, kind, name = ''] =
    /^(requester|beneficiary|manager|team|field|performer)(?:\(([^()]*)\))?$/.exec(text) ?? [];
  return kind === undefined ? text : w.t(`drawing.actor.${kind}`, { name });
}

/** Several actors in a row. */
export const actorsOf = (w: Words, texts: readonly string[]): string =>
  listed(
    w,
    texts.map((text) => actorOf(w, text)),
  );
