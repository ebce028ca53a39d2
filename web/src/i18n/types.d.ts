import 'i18next';
import type { en } from './en';
import type { caseTexts } from './en/case';
import type { converge } from './en/converge';
import type { drawing } from './en/drawing';
import type { mail } from './en/mail';
import type { portal } from './en/portal';
import type { wall } from './en/wall';
import type { work } from './en/work';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: {
      translation: typeof en &
        typeof caseTexts &
        typeof converge &
        typeof drawing &
        typeof mail &
        typeof portal &
        typeof wall &
        typeof work;
    };
  }
}
