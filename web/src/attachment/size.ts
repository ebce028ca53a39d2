import type { Language } from '../theme/preferences';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** `812 byte`, `1.4 MB` as the viewer writes numbers. @param bytes 1 kB = 1024 bytes, as the limits count */
export function fileSize(bytes: number, language: Language): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit > 0 && value < 10 ? 1 : 0;
  return new Intl.NumberFormat(language === 'en' ? 'en-GB' : 'zh-CN', {
    style: 'unit',
    unit: UNITS[unit],
    unitDisplay: 'short',
    maximumFractionDigits: digits,
  }).format(value);
}
