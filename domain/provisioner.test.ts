import type { ProvisionerDoc } from './process-def-provisioner';
import { buildProvisionerRequest, provisionerTestProblems, readCreated, readPolled, readRemoved } from './provisioner';

const http: NonNullable<ProvisionerDoc['http']> = {
  create: {
    method: 'POST',
    url: 'https://cloud.example.org/vms?zone={{spec.zone}}',
    headers: { Authorization: 'Bearer {{secret.cloud}}' },
    body: { cpu: '{{spec.cpu}}', name: 'vm of {{case.id}}', tags: ['{{key}}'], back: '{{callback.url}}' },
    expect: '200-299',
    resource: '/id',
    details: '/address',
    secret: '/login',
  },
  poll: {
    method: 'GET',
    url: 'https://cloud.example.org/vms/{{resource}}',
    expect: '200',
    every: 'PT5S',
    state: '/state',
    done: ['up'],
    failed: ['broken'],
  },
  remove: { method: 'DELETE', url: 'https://cloud.example.org/vms/{{resource}}', expect: '200-299' },
  limit: 'PT10S',
};
const values = {
  spec: { cpu: 4, zone: 'a b' },
  case: { id: 'REQ-000001', tenantId: 'a' },
  key: 'REQ-000001:make:1',
  callback: { url: 'https://us/cb', token: 't' },
};
const answer = (status: number, body: unknown) => ({
  status,
  text: typeof body === 'string' ? body : JSON.stringify(body),
  cut: false,
});

it('fills values where they stand: numbers stay numbers, the URL is encoded, secrets go into headers', () => {
  expect(buildProvisionerRequest(http.create, values, { cloud: 's3cret' })).toEqual({
    method: 'POST',
    url: 'https://cloud.example.org/vms?zone=a%20b',
    headers: { 'content-type': 'application/json', authorization: 'Bearer s3cret' },
    body: '{"cpu":4,"name":"vm of REQ-000001","tags":["REQ-000001:make:1"],"back":"https://us/cb"}',
  });
});

it('what is not known, or would change the path, is refused', () => {
  expect(() => buildProvisionerRequest(http.create, { ...values, spec: {} }, { cloud: 'x' })).toThrow('{{spec.zone}}');
  expect(() => buildProvisionerRequest(http.remove, { ...values, resource: 'a/../b' }, {})).not.toThrow();
  expect(() => buildProvisionerRequest(http.remove, { ...values, resource: '..' }, {})).toThrow('change the path');
});

it.each([
  ['made', 201, { id: 7, address: '10.0.0.1', login: { user: 'u' } }, 'ok'],
  ['busy', 503, '', 'again'],
  ['at work on the same key', 409, '', 'again'],
  ['refused', 422, { error: 'no' }, 'refused'],
  ['garbage', 200, '<html>', 'again'],
  ['without a resource', 200, {}, 'again'],
])('an answer to create: %s', (_name, status, body, kind) => {
  expect(readCreated(http, answer(status, body)).kind).toBe(kind);
});

it('reads resource, details and secret', () => {
  const read = readCreated(http, answer(201, { id: 7, address: { v4: '10.0.0.1' }, login: { user: 'u' } }));
  expect(read).toEqual({
    kind: 'ok',
    value: { resource: '7', details: { v4: '10.0.0.1' }, secret: '{"user":"u"}' },
  });
});

it.each([
  [200, { state: 'up' }, { kind: 'ok', value: { state: 'done', details: {}, secret: null } }],
  [200, { state: 'building' }, { kind: 'ok', value: { state: 'working' } }],
  [200, { state: 'broken' }, { kind: 'ok', value: { state: 'failed', reason: 'the target says: broken' } }],
  [404, {}, { kind: 'again', reason: 'the target answered 404; expected 200' }],
])('an answer to poll: %s %j', (status, body, read) => {
  expect(http.poll && readPolled(http.poll, answer(status, body))).toEqual(read);
});

it('what is not there any more is removed', () => {
  expect([204, 404, 410, 500, 403].map((status) => readRemoved(http, answer(status, '')).kind)).toEqual([
    ...['ok', 'ok', 'ok', 'again', 'refused'],
  ]);
});

it('tests that a definition carries are run, and fail when they are wrong', () => {
  const doc = { kind: 'provisioner', name: 'cloud', http } as ProvisionerDoc;
  const good = { spec: values.spec, answered: { status: 201, body: { id: 'vm-1' } }, resource: 'vm-1' };
  expect(provisionerTestProblems(doc, { ...good, sends: { url: 'https://cloud.example.org/vms?zone=a%20b' } })).toEqual(
    [],
  );
  expect(provisionerTestProblems(doc, { ...good, resource: 'vm-2', sends: { url: 'https://x/' } })).toHaveLength(2);
  expect(provisionerTestProblems(doc, { spec: {} })).toEqual(['nothing is known to fill {{spec.zone}} with']);
});
