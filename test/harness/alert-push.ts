type Labels = Record<string, string>;

/** A push of Alertmanager about one group; alerts are told apart by their labels. */
function alertPush(groupKey: string, status: 'firing' | 'resolved', alerts: readonly Labels[]) {
  const { alertname = 'Fault' } = alerts[0] ?? {};
  return {
    version: '4',
    groupKey,
    groupLabels: { alertname },
    alerts: alerts.map(({ summary = '', ...labels }) => ({
      status,
      labels: { alertname, severity: 'warning', ...labels },
      annotations: summary === '' ? {} : { summary },
      startsAt: new Date(Date.now() - 60_000).toISOString(),
      ...(status === 'resolved' ? { endsAt: new Date().toISOString() } : {}),
      fingerprint: [groupKey, ...Object.values(labels)].join('/'),
    })),
  };
}

/** Alerts of a sender's group fire. @param alerts labels; `summary` becomes an annotation */
export const firing = (groupKey: string, ...alerts: Labels[]) => alertPush(groupKey, 'firing', alerts);

/** They are over. */
export const over = (groupKey: string, ...alerts: Labels[]) => alertPush(groupKey, 'resolved', alerts);
