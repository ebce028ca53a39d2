/** Kinds of senders that get a token. */
export type SenderKind = 'alertmanager' | 'grafana' | 'events';
export const SENDER_KINDS: readonly SenderKind[] = ['alertmanager', 'grafana', 'events'];

/** Where pushes of a kind go. @param origin of this platform, `https://continuo.example.org` */
export const intakeUrl = (kind: SenderKind, origin: string): string => `${origin}/api/v1/intake/${kind}`;

const alertmanager = (url: string, token: string) => `route:
  receiver: continuo
receivers:
  - name: continuo
    webhook_configs:
      - url: ${url}
        send_resolved: true
        http_config:
          authorization:
            type: Bearer
            credentials: ${token}
`;

const grafana = (url: string, token: string) => `apiVersion: 1
contactPoints:
  - orgId: 1
    name: continuo
    receivers:
      - uid: continuo
        type: webhook
        settings:
          url: ${url}
          httpMethod: POST
          authorization_scheme: Bearer
          authorization_credentials: ${token}
`;

/** In single quotes for a POSIX shell. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

const curl = (url: string, token: string, body: string) => `curl -fsS -X POST ${quoted(url)} \\
  -H ${quoted(`Authorization: Bearer ${token}`)} \\
  -H 'Content-Type: application/json' \\
  -d ${quoted(body)}
`;

/** Configuration of the sender itself, ready to be pasted; null for senders of any kind, which call by themselves. */
export function configurationOf(kind: SenderKind, origin: string, token: string): string | null {
  const url = intakeUrl(kind, origin);
  if (kind === 'alertmanager') return alertmanager(url, token);
  return kind === 'grafana' ? grafana(url, token) : null;
}

/** A call that pushes a sample, to see whether the way is open. @param now epoch ms */
export function callOf(kind: SenderKind, origin: string, token: string, now: number): string {
  return curl(intakeUrl(kind, origin), token, JSON.stringify(sampleOf(kind, now)));
}

/** What a sender of a kind pushes when one alert begins to fire. @param now epoch ms */
export function sampleOf(kind: SenderKind, now: number): object {
  const startsAt = new Date(Math.floor(now / 1000) * 1000).toISOString();
  const labels = { alertname: 'DiskAlmostFull', instance: 'db-1:9100', severity: 'warning' };
  if (kind === 'events')
    return {
      status: 'firing',
      title: 'Disk of db-1 is almost full',
      severity: 'warning',
      dedupKey: 'db-1/disk',
      labels: { host: 'db-1' },
      startsAt,
    };
  const alert = { status: 'firing', labels, annotations: { summary: 'Disk of db-1 is almost full' }, startsAt };
  const push = { groupKey: '{}:{alertname="DiskAlmostFull"}', status: 'firing', receiver: 'continuo', alerts: [alert] };
  return kind === 'alertmanager' ? { version: '4', ...push } : { version: '1', orgId: 1, ...push };
}

/** A line for a crontab or the end of a script: each call is a beat. */
export const beatCall = (origin: string, path: string): string => `curl -fsS --retry 3 ${quoted(origin + path)}`;
