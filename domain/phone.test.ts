import fc from 'fast-check';
import { normalisePhone, phoneParts, phoneSearch } from './phone';

test.each([
  ['13812345678', '+8613812345678'],
  ['138 1234 5678', '+8613812345678'],
  ['138-1234-5678', '+8613812345678'],
  ['+86 138 1234 5678', '+8613812345678'],
  ['+86-13812345678', '+8613812345678'],
  ['0086 138 1234 5678', '+8613812345678'],
  ['8613812345678', '+8613812345678'],
  ['013812345678', '+8613812345678'],
  ['１３８１２３４５６７８', '+8613812345678'],
  ['010-88886666', '+861088886666'],
  ['(010) 8888 6666', '+861088886666'],
  ['+86 10 8888 6666', '+861088886666'],
  ['+86 (0)10 8888 6666', '+861088886666'],
  ['+86 010 8888 6666', '+861088886666'],
  ['86 10 8888 6666', '+861088886666'],
  ['0755-2345678', '+867552345678'],
  ['0571 8765 4321', '+8657187654321'],
  ['400-800-1234', '+864008001234'],
  ['+44 20 7946 0958', '+442079460958'],
  ['0044 20 7946 0958', '+442079460958'],
  ['tel:+1-202-555-0143', '+12025550143'],
  ['010-88886666转8021', '+861088886666;ext=8021'],
  ['010 88886666 ext. 8021', '+861088886666;ext=8021'],
  ['010 88886666 x8021', '+861088886666;ext=8021'],
  ['+861088886666;ext=8021', '+861088886666;ext=8021'],
  ['8021', '8021'],
  ['12345', '12345'],
  ['8888 6666', '88886666'],
])('%s is %s', (written, number) => {
  expect(normalisePhone(written)).toBe(number);
});

test.each(['', '12', 'abc', '138123456789012345', '+', '++86138', '010-8888-CALL', '+0123456789', '999999999999'])(
  '%p is no number',
  (written) => {
    expect(normalisePhone(written)).toBeNull();
  },
);

const digits = (min: number, max: number) => fc.stringMatching(new RegExp(`^[0-9]{${min},${max}}$`));
const mobile = fc.tuple(fc.constantFrom('13', '15', '17', '18', '19'), digits(9, 9)).map(([a, b]) => a + b);
const filler = fc.constantFrom('', ' ', '-', '.', '  ', ') ');

test('however a number is spaced and prefixed, it is the same', () => {
  const prefix = fc.constantFrom('', '+86', '0086', '86', '0');
  fc.assert(
    fc.property(mobile, prefix, fc.array(filler, { minLength: 11, maxLength: 11 }), (number, before, gaps) => {
      const written = before + [...number].map((d, i) => `${gaps[i]}${d}`).join('');
      expect(normalisePhone(written)).toBe(`+86${number}`);
    }),
  );
});

test('normalising twice changes nothing, and nothing but digits, + and an extension is left', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.tuple(fc.constantFrom('+', '00', '0', ''), digits(1, 16)).map((p) => p.join('')),
  );
  fc.assert(
    fc.property(anything, (text) => {
      const once = normalisePhone(text);
      if (once === null) return;
      expect(once).toMatch(/^(\+[1-9]\d{6,14}|\d{3,8})(;ext=\d{1,6})?$/);
      expect(normalisePhone(once)).toBe(once);
    }),
  );
});

test('a number is found by its first and by its last digits, and by itself however it is written', () => {
  fc.assert(
    fc.property(mobile, fc.integer({ min: 4, max: 8 }), (number, count) => {
      const stored = phoneParts(`+86${number}`).digits;
      expect(stored.endsWith(phoneSearch(number.slice(-count))?.suffix ?? 'nothing')).toBe(true);
      expect(stored.startsWith(phoneSearch(number.slice(0, count))?.prefix ?? 'nothing')).toBe(true);
      const whole = phoneSearch(`+86 ${number}`);
      expect(whole).toMatchObject({ exact: `+86${number}`, suffix: stored, prefix: null });
      expect(whole?.locals).toEqual([number.slice(-7), number.slice(-8)]);
    }),
  );
});

test('an extension is told apart from its switchboard', () => {
  expect(phoneParts('+861088886666;ext=8021')).toEqual({ digits: '861088886666', extension: '8021' });
  expect(phoneParts('8021')).toEqual({ digits: '8021', extension: null });
  expect(phoneSearch('010 88886666 转 8021')?.suffix).toBe('861088886666');
  expect(phoneSearch('+861088')).toMatchObject({ exact: null, prefix: '861088', suffix: '861088' });
});

test('too few digits look for nobody; an extension of three is a number of its own', () => {
  expect([phoneSearch(''), phoneSearch('1'), phoneSearch('13'), phoneSearch('a138')]).toEqual([null, null, null, null]);
  expect(phoneSearch('110')).toEqual({ exact: '110', suffix: '110', prefix: null, locals: [] });
});
