/** Colours of one theme. Every pair of text and ground that the screens use is checked for WCAG AA by `tokens.test.ts`. */
export interface Palette {
  page: string;
  surface: string;
  /** Ground of the row under the pointer or the keyboard. */
  raised: string;
  text: string;
  muted: string;
  border: string;
  /** Outline of controls; 3:1 against the surface (WCAG 1.4.11). */
  control: string;
  accent: string;
  onAccent: string;
  /** Tint of the accent behind accent text. */
  accentSoft: string;
  focus: string;
  ok: string;
  okSoft: string;
  warn: string;
  warnSoft: string;
  bad: string;
  onBad: string;
  badSoft: string;
  /** Bars: the part of a promise not used yet, and what does not count. */
  rest: string;
  paused: string;
}

export const LIGHT: Palette = {
  page: '#f4f5f7',
  surface: '#ffffff',
  raised: '#eef2f8',
  text: '#1b2430',
  muted: '#566172',
  border: '#dde1e7',
  control: '#7f8a99',
  accent: '#1d4f91',
  onAccent: '#ffffff',
  accentSoft: '#e4ecf8',
  focus: '#1d4f91',
  ok: '#17693c',
  okSoft: '#e3f3ea',
  warn: '#8a4b00',
  warnSoft: '#fdf0dc',
  bad: '#b3201b',
  onBad: '#ffffff',
  badSoft: '#fde9e7',
  rest: '#e3e7ec',
  paused: '#6b5b95',
};

export const DARK: Palette = {
  page: '#10151b',
  surface: '#171e26',
  raised: '#212b37',
  text: '#e4e9ef',
  muted: '#9ba8b7',
  border: '#2b3642',
  control: '#6f7d8d',
  accent: '#82b1f2',
  onAccent: '#0d1a2b',
  accentSoft: '#1e3049',
  focus: '#9cc3ff',
  ok: '#6fcf97',
  okSoft: '#173326',
  warn: '#f2b45c',
  warnSoft: '#3a2b14',
  bad: '#ff8a80',
  onBad: '#2b0806',
  badSoft: '#401b1a',
  rest: '#2c3743',
  paused: '#b8a5e8',
};

/** Text on ground, as used; each must reach 4.5:1. */
export const TEXT_PAIRS: readonly (readonly [keyof Palette, keyof Palette])[] = [
  ['text', 'page'],
  ['text', 'surface'],
  ['text', 'raised'],
  ['muted', 'page'],
  ['muted', 'surface'],
  ['muted', 'raised'],
  ['accent', 'surface'],
  ['accent', 'page'],
  ['accent', 'raised'],
  ['accent', 'accentSoft'],
  ['text', 'accentSoft'],
  ['muted', 'accentSoft'],
  ['ok', 'accentSoft'],
  ['bad', 'accentSoft'],
  ['paused', 'accentSoft'],
  ['onAccent', 'accent'],
  ['ok', 'surface'],
  ['ok', 'raised'],
  ['ok', 'okSoft'],
  ['warn', 'surface'],
  ['warn', 'raised'],
  ['warn', 'warnSoft'],
  ['text', 'warnSoft'],
  ['bad', 'surface'],
  ['bad', 'raised'],
  ['bad', 'badSoft'],
  ['text', 'badSoft'],
  ['onBad', 'bad'],
  ['paused', 'surface'],
  ['paused', 'raised'],
];

/** Shapes that carry meaning on their ground; each must reach 3:1. */
export const SHAPE_PAIRS: readonly (readonly [keyof Palette, keyof Palette])[] = [
  ['control', 'surface'],
  ['focus', 'surface'],
  ['focus', 'page'],
  ['accent', 'rest'],
  ['ok', 'rest'],
  ['bad', 'rest'],
  ['paused', 'rest'],
];

function luminance(hex: string): number {
  const channel = (at: number) => {
    const v = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** Contrast ratio of two `#rrggbb` colours, 1…21 (WCAG 2.2, 1.4.3). */
export function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}
