import { boundedKey, fingerprintOf } from './alert-fingerprint';

const hex = (value: bigint) => value.toString(16).padStart(16, '0');

test('equals the fingerprint of Prometheus', () => {
  // Values of the test table of prometheus/common, model/signature_test.go.
  expect(fingerprintOf({})).toBe(hex(14695981039346656037n));
  expect(fingerprintOf({ name: 'garland, briggs', fear: 'love is not enough' })).toBe(hex(5799056148416392346n));
});

test('does not depend on the order of labels', () => {
  expect(fingerprintOf({ b: '2', a: '1' })).toBe(fingerprintOf({ a: '1', b: '2' }));
});

test('tells where a name ends and a value begins', () => {
  expect(fingerprintOf({ ab: 'c' })).not.toBe(fingerprintOf({ a: 'bc' }));
});

test('hashes UTF-8 bytes, two to four a character', () => {
  const seen = new Set(['é', '值', '😀', 'a'].map((value) => fingerprintOf({ name: value })));
  expect(seen.size).toBe(4);
  // FNV-1a by Node's own encoder.
  let hash = 14695981039346656037n;
  for (const byte of [...Buffer.from('name'), 0xff, ...Buffer.from('é值😀'), 0xff])
    hash = ((hash ^ BigInt(byte)) * 1099511628211n) & ((1n << 64n) - 1n);
  expect(fingerprintOf({ name: 'é值😀' })).toBe(hex(hash));
});

test('long keys fit an index and stay distinct', () => {
  const [a, b] = [`${'x'.repeat(5000)}a`, `${'x'.repeat(5000)}b`];
  expect(boundedKey(a).length).toBeLessThanOrEqual(500);
  expect(boundedKey(a)).not.toBe(boundedKey(b));
  expect(boundedKey('short')).toBe('short');
});
