import type { TFunction } from 'i18next';

/** Reasons that the case and its lanes give, in their own words (domain/incident*.ts, activities/case-effect*.ts). */
const WHOLE = {
  'alert fired again': 'firedAgain',
  'alerts are over': 'alertsOver',
  'a worse alert fired': 'worseAlert',
  'no answer in time': 'noAnswerInTime',
  ended: 'otherEnded',
  unknown: 'otherUnknown',
  'not reached': 'notReached',
} as const;
const PATTERNS = [
  ['noSecret', /^not entered: secret\.(?<name>.+)$/],
  ['noWholeAnswer', /^no whole answer in (?<seconds>\d+) s$/],
  ['wrongStatus', /^answered (?<status>\d+); expected (?<expected>.+)$/],
  ['forbiddenHost', /^(?<what>.+); list it in RUNBOOK_HOSTS to allow it$/],
] as const;
/** `INC-000002: ended` */
const ABOUT = /^(INC-\d+): (.+)$/;

/** A reason in the viewer's language; what people wrote stays as they wrote it. */
export function ownReason(reason: string, t: TFunction): string {
  if (reason in WHOLE) return t(`ownReason.${WHOLE[reason as keyof typeof WHOLE]}`);
  const [, id, rest] = ABOUT.exec(reason) ?? [];
  if (id !== undefined && rest !== undefined && rest in WHOLE) return `${id}: ${ownReason(rest, t)}`;
  for (const [key, pattern] of PATTERNS) {
    const found = pattern.exec(reason);
    if (found) {
      const { name = '', seconds = '', status = '', expected = '', what = '' } = found.groups ?? {};
      return t(`ownReason.${key}`, { name, seconds, status, expected, what });
    }
  }
  return reason;
}
