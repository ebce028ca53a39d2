import 'i18next';
import type { en } from './en';
import type { drawingLate } from './en/drawing-late';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en & typeof drawingLate };
  }
}
