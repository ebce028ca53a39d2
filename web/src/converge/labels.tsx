import type { Matcher } from '../../../domain/alert-matcher';

/** Labels of an alert as one reads them in a query. */
export function Labels({ labels }: { labels: Readonly<Record<string, string>> }) {
  return (
    <ul className="label-list">
      {Object.entries(labels).map(([name, value]) => (
        <li key={name} dir="auto">
          {name}=<b>{value}</b>
        </li>
      ))}
    </ul>
  );
}

/** Conditions on labels, joined by "and" as they are in Alertmanager. */
export function Matchers({ matchers }: { matchers: readonly Matcher[] }) {
  return (
    <ul className="label-list">
      {matchers.map((m) => (
        <li key={`${m.label}${m.op}${m.value}`} dir="auto">
          {m.label}
          {m.op}
          <b>{m.value === '' ? '""' : m.value}</b>
        </li>
      ))}
    </ul>
  );
}
