import { parse } from 'yaml';
import { beatCall, callOf, configurationOf, SENDER_KINDS, sampleOf } from './snippets';

const ORIGIN = 'https://continuo.example.org';
const NOW = Date.parse('2026-11-24T08:00:00.500Z');

test('the configuration for Alertmanager is YAML with address and token where Alertmanager looks for them', () => {
  const config = parse(configurationOf('alertmanager', ORIGIN, 'tok') ?? '') as Record<string, never>;
  expect(config).toEqual({
    route: { receiver: 'continuo' },
    receivers: [
      {
        name: 'continuo',
        webhook_configs: [
          {
            url: `${ORIGIN}/api/v1/intake/alertmanager`,
            send_resolved: true,
            http_config: { authorization: { type: 'Bearer', credentials: 'tok' } },
          },
        ],
      },
    ],
  });
});

test('so is that for Grafana; others have none', () => {
  const config = parse(configurationOf('grafana', ORIGIN, 'tok') ?? '') as { contactPoints: [{ receivers: [object] }] };
  expect(config.contactPoints[0].receivers[0]).toMatchObject({
    type: 'webhook',
    settings: { url: `${ORIGIN}/api/v1/intake/grafana`, authorization_credentials: 'tok' },
  });
  expect(configurationOf('events', ORIGIN, 'tok')).toBeNull();
});

test('a call survives the shell', () => {
  const call = callOf('events', ORIGIN, "a'b", NOW);
  expect(call).toContain(`-H 'Authorization: Bearer a'\\''b'`);
  expect(call).toContain(`'${ORIGIN}/api/v1/intake/events'`);
  expect(beatCall(ORIGIN, '/api/v1/intake/heartbeats/k')).toBe(
    `curl -fsS --retry 3 '${ORIGIN}/api/v1/intake/heartbeats/k'`,
  );
});

test.each(SENDER_KINDS)('the sample of %s begins now, to the second', (kind) => {
  expect(JSON.stringify(sampleOf(kind, NOW))).toContain('"startsAt":"2026-11-24T08:00:00.000Z"');
});
