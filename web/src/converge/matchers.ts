import { formatMatcher, hostOf, type Labels, type Matcher, parseMatcher } from '../../../domain/alert-matcher';
import type { SilenceKind } from '../../../domain/alert-silence';

/** What the form of a silence begins with. */
export interface SilenceStart {
  kind: SilenceKind;
  host: string;
  matchers: Matcher[];
}

/** Every label as it is: the narrowest choice, from which the reader takes away. */
export const matchersOf = (labels: Labels): Matcher[] =>
  Object.entries(labels)
    .sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b))
    .map(([label, value]) => ({ label, op: '=', value }));

const rank = (label: string) => (label === 'alertname' ? 0 : 1);

/** The form for all alerts of a host; null when no label names one. */
export function hostLink(labels: Labels): string | null {
  const host = hostOf(labels);
  return host === '' ? null : `/alerts/silences/new?${new URLSearchParams({ kind: 'host', host })}`;
}

/** The form for alerts with these labels. */
export function labelsLink(labels: Labels): string {
  const params = new URLSearchParams();
  for (const matcher of matchersOf(labels)) params.append('m', formatMatcher(matcher));
  return `/alerts/silences/new?${params}`;
}

/** Reads what a link asks for; a matcher that cannot be read is left out. */
export function startOf(params: URLSearchParams): SilenceStart {
  const kind = params.get('kind');
  return {
    kind: kind === 'host' || kind === 'maintenance' ? kind : 'silence',
    host: params.get('host') ?? '',
    matchers: params.getAll('m').flatMap(readable),
  };
}

function readable(text: string): Matcher[] {
  try {
    return [parseMatcher(text)];
  } catch {
    return [];
  }
}
