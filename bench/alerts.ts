import { type Call, type Load, load } from './load';

/** One Alertmanager webhook (v4) with `size` firing alerts of a group. */
export function webhook(group: number, size: number, serial: number): object {
  const labels = { alertname: `Group${group}`, severity: 'warning' };
  return {
    version: '4',
    groupKey: `{}:{alertname="Group${group}"}`,
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'continuo',
    groupLabels: { alertname: labels.alertname },
    commonLabels: labels,
    commonAnnotations: { summary: `Group ${group} fires` },
    externalURL: 'http://alertmanager.invalid',
    alerts: Array.from({ length: size }, (_, i) => ({
      status: 'firing',
      labels: { ...labels, instance: `node-${serial % 40}-${i}` },
      annotations: {},
      startsAt: '2026-06-01T00:00:00Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://prometheus.invalid/graph',
      fingerprint: `${(group * 1000 + (serial % 40) * 20 + i).toString(16).padStart(16, '0')}`,
    })),
  };
}

/** Webhooks accepted in so many seconds, `size` alerts each, over 50 groups. */
export function acceptAlerts(call: Call, size: number, seconds: number): Promise<Load> {
  return load(16, seconds, (n) => call('POST', '/api/v1/intake/alertmanager', webhook(n % 50, size, n)));
}
