/** A reason of the ledger to be told in the viewer's language: a text with its values, or words of somebody else as they were said. */
export type ReasonWord = { key: ReasonKey; values?: Record<string, string> } | { said: string };

/** Reasons the platform itself writes, whole (activities/paging*.ts, db/page*.ts, adapters/{mail,notification}). */
const WHOLE = {
  acknowledged: 'acknowledged',
  claimed: 'claimed',
  resolved: 'resolved',
  closed: 'closed',
  cancelled: 'cancelled',
  merged: 'merged',
  suspended: 'suspended',
  'a higher level of the same case is in the same message': 'sameMessage',
  'a higher level was due at the same time': 'sameTime',
  'the person has no way to be reached': 'noWay',
  'the fallback was paged for this step before': 'fallbackPaged',
  'nobody who is named can be reached': 'nobodyNamed',
  'assignee: nobody is assigned': 'nobodyAssigned',
  'the person is gone': 'personGone',
  'no mail server is configured (SMTP_URL)': 'noMailServer',
  'the address is no http(s) URL': 'noUrl',
  'the webhook has no signing secret': 'noSecret',
  'the signing secret is not base64 with or without whsec_': 'badSecret',
  'not a sealed secret': 'lockedSecret',
  'the secret was sealed with another CONTINUO_KEY, or was altered': 'lockedSecret',
  'the ledger has no page with an address for this row': 'noAddress',
  failed: 'failed',
} as const;

/** Reasons with a name or a number in them. */
const PATTERNS = [
  ['nobodyOnCall', /^oncall\((?<schedule>.+)\): nobody is on call$/],
  ['noSchedule', /^oncall\((?<schedule>.+)\): there is no such schedule$/],
  ['nobodyHolds', /^role\((?<role>.+)\): nobody active holds it$/],
  ['noOwner', /^owner\((?<service>.+)\): the plan names no owner$/],
  ['noPerson', /^(?<login>\S+): no active person has this login$/],
  ['noMethodLeft', /^(?<login>\S+): no contact method left$/],
  ['slowMail', /^the mail server took more than (?<seconds>\d+) s$/],
  ['noAnswer', /^no answer in (?<seconds>\d+) s$/],
  ['answered', /^the receiver answered (?<status>\d+)$/],
  ['noAddressOf', /^(?<host>\S+) has no address$/],
  ['notPublic', /^(?<host>\S+) is not an address of the public internet$/],
  ['rejected', /^Can't send mail - all recipients were rejected: (?<said>.+)$/],
  ['refused', /ECONNREFUSED(?: (?<host>\S+))?/],
  ['unknownHost', /ENOTFOUND(?: (?<host>\S+))?/],
] as const;

export type ReasonKey = (typeof WHOLE)[keyof typeof WHOLE] | (typeof PATTERNS)[number][0];

function wordOf(reason: string): ReasonWord {
  if (reason in WHOLE) return { key: WHOLE[reason as keyof typeof WHOLE] };
  // `owner(x) = role(y): …`: why the owner means nobody is what matters.
  const owner = /^owner\(.+?\) = (.+)$/.exec(reason)?.[1];
  if (owner !== undefined) return wordOf(owner);
  for (const [key, pattern] of PATTERNS) {
    const found = pattern.exec(reason);
    if (found) return { key, values: { ...found.groups } };
  }
  return { said: reason };
}

/**
 * What the ledger gives as reason, part by part: `fallback: oncall(a): nobody is on call; bob: no contact method left`. Words
 * of mail servers and webhooks that we do not know stay whole, as they were said.
 */
export function reasonWords(reason: string): { fallback: boolean; words: ReasonWord[] } {
  const fallback = reason.startsWith('fallback: ');
  const rest = fallback ? reason.slice('fallback: '.length) : reason;
  const words = rest.split('; ').map(wordOf);
  if (words.length > 1 && words.every((w) => 'said' in w)) return { fallback, words: [{ said: rest }] };
  return { fallback, words };
}
