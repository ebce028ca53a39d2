import { contrast, DARK, LIGHT, SHAPE_PAIRS, TEXT_PAIRS } from './tokens';

const themes = [
  ['light', LIGHT],
  ['dark', DARK],
] as const;

describe.each(themes)('%s theme', (_name, palette) => {
  test.each(TEXT_PAIRS)('%s is readable on %s (4.5:1)', (text, ground) => {
    expect(contrast(palette[text], palette[ground])).toBeGreaterThanOrEqual(4.5);
  });
  test.each(SHAPE_PAIRS)('%s stands out from %s (3:1)', (shape, ground) => {
    expect(contrast(palette[shape], palette[ground])).toBeGreaterThanOrEqual(3);
  });
});

test('contrast is that of WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});
