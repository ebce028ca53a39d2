const SYSTEM =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif";
export const MONO_STACK = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";

let stack = SYSTEM;

/** The fonts of this page; fixed before the first paint. */
export const fontStack = (): string => stack;

/** Draws a character small and tells its pixels. */
function pixelsOf(character: string): string {
  const canvas = document.createElement('canvas');
  canvas.width = 32;
  canvas.height = 32;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return character;
  context.font = `24px ${SYSTEM}`;
  context.fillText(character, 2, 26);
  return context.getImageData(0, 0, 32, 32).data.join();
}

/** Whether this machine has no font for Chinese: then different characters are drawn as the same empty box. */
const lacksHan = (): boolean => pixelsOf('中') === pixelsOf('问');

/**
 * System fonts, as everybody has them. Only where none has Chinese, Noto Sans SC takes their place, fetched slice by slice
 * for the characters in use. It stands first then: behind a system font Chromium keeps the boxes it has once drawn.
 */
export async function chooseFont(): Promise<void> {
  if (!lacksHan()) return;
  await Promise.all([import('@fontsource/noto-sans-sc/400.css'), import('@fontsource/noto-sans-sc/600.css')]);
  stack = `'Noto Sans SC', ${SYSTEM}`;
}
