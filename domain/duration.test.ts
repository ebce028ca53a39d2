import { DURATION_PATTERN, parseBusinessDays, parseDuration, parseGoal, parseWallSeconds } from './duration';

describe('parseDuration', () => {
  test.each([
    ['PT0S', 'seconds', 0],
    ['PT10M', 'seconds', 600],
    ['PT1H30M', 'seconds', 5400],
    ['P1D', 'seconds', 86_400],
    ['P1DT12H', 'seconds', 129_600],
    ['P2W', 'seconds', 1_209_600],
    ['PT4M59S', 'seconds', 299],
    ['3bh', 'business-hours', 3],
    ['2bd', 'business-days', 2],
  ])('%s', (text, unit, amount) => {
    expect(parseDuration(text)).toEqual({ unit, amount });
    expect(text).toMatch(new RegExp(DURATION_PATTERN));
  });

  test.each(['', 'P', 'PT', 'P1DT', '10M', 'PT1.5H', 'P-1D', 'PT10', '2 bd', 'bd', '1h', 'pt10m', 'P1W2D'])(
    'refuses %j',
    (text) => {
      expect(() => parseDuration(text)).toThrow('write ISO 8601');
    },
  );

  test.each(['P1M', 'P1Y', 'P1Y2M3D'])('refuses %s because its length varies', (text) => {
    expect(() => parseDuration(text)).toThrow('no fixed length');
  });
});

describe('the three readings of a duration', () => {
  test('a goal counts hours as seconds and keeps days as days', () => {
    expect([parseGoal('3bh'), parseGoal('PT3H'), parseGoal('2bd')]).toEqual([
      { seconds: 10_800 },
      { seconds: 10_800 },
      { businessDays: 2 },
    ]);
    expect(() => parseGoal('PT0S')).toThrow('longer than nothing');
  });

  test('wall time has no working days or hours', () => {
    expect(parseWallSeconds('PT5M')).toBe(300);
    expect(() => parseWallSeconds('2bd')).toThrow('no meaning here');
    expect(() => parseWallSeconds('3bh')).toThrow('no meaning here');
  });

  test('whole working days are only that', () => {
    expect(parseBusinessDays('3bd')).toBe(3);
    for (const text of ['0bd', '3bh', 'P3D']) expect(() => parseBusinessDays(text)).toThrow('write whole working days');
  });
});
