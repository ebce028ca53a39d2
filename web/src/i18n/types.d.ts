import 'i18next';
import type { en } from './en';
import type { approval } from './en/approval';
import type { caseTexts } from './en/case';
import type { converge } from './en/converge';
import type { drawing } from './en/drawing';
import type { mail } from './en/mail';
import type { notice } from './en/notice';
import type { organisation } from './en/organisation';
import type { portal } from './en/portal';
import type { resource } from './en/resource';
import type { wall } from './en/wall';
import type { work } from './en/work';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: {
      translation: typeof en &
        typeof approval &
        typeof caseTexts &
        typeof converge &
        typeof drawing &
        typeof mail &
        typeof notice &
        typeof organisation &
        typeof portal &
        typeof resource &
        typeof wall &
        typeof work;
    };
  }
}
