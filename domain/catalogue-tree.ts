import { type CatalogueViewer, isItemVisible } from './catalogue';
import { parseDuration } from './duration';
import { type Definition, ofKind } from './process-def';
import type { CatalogueDoc, CatalogueItemDoc, RequestSlaDoc } from './process-def-catalogue';
import { placedCategories } from './process-def-check-catalogue';
import { placedSteps } from './process-def-request-walk';

interface Bilingual {
  'zh-CN': string;
  en: string;
}

/** A leaf of the catalogue as lists show it. */
export interface ItemSummary {
  name: string;
  /** Eight digits; the first six are its category. */
  code: string;
  title: Bilingual;
  description: Bilingual | null;
  cost: NonNullable<CatalogueItemDoc['cost']> | null;
  /** For those who do not know where they belong: the desk classifies. */
  freeText: boolean;
}

/** A category with those below it and the items it holds itself. */
export interface CategoryTree {
  code: string;
  title: Bilingual;
  description: Bilingual | null;
  /** Items the viewer sees, here and below. */
  count: number;
  categories: CategoryTree[];
  items: ItemSummary[];
}

/** An item as lists show it. */
export const summaryOf = (item: CatalogueItemDoc): ItemSummary => ({
  name: item.name,
  code: item.code,
  title: item.title,
  description: item.description ?? null,
  cost: item.cost,
  freeText: item.freeText ?? false,
});

const byCode = (a: { code: string }, b: { code: string }): number => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);

/** Items a viewer may ask for, by code. */
export function visibleItems(defs: readonly Definition[], viewer: CatalogueViewer): CatalogueItemDoc[] {
  return ofKind(defs, 'catalogue-item')
    .filter((item) => isItemVisible(item, viewer))
    .sort(byCode);
}

type CategoryDoc =
  | CatalogueDoc['categories'][number]
  | NonNullable<CatalogueDoc['categories'][number]['categories']>[number];

/** The whole catalogue as a viewer sees it: every category, also those that hold nothing for him. */
export function catalogueTree(defs: readonly Definition[], viewer: CatalogueViewer): CategoryTree[] {
  const items = visibleItems(defs, viewer);
  const treeOf = (doc: CategoryDoc): CategoryTree => {
    const below: readonly CategoryDoc[] = (doc.categories as readonly CategoryDoc[] | undefined) ?? [];
    const categories = below.map(treeOf).sort(byCode);
    const own = items.filter((item) => item.code.slice(0, 6) === doc.code).map(summaryOf);
    const count = own.length + categories.reduce((sum, c) => sum + c.count, 0);
    return { code: doc.code, title: doc.title, description: doc.description ?? null, count, categories, items: own };
  };
  return ofKind(defs, 'catalogue')
    .flatMap((c) => c.categories.map(treeOf))
    .sort(byCode);
}

/** Categories from the top down to an item. */
export function pathOfItem(defs: readonly Definition[], code: string): { code: string; title: Bilingual }[] {
  return ofKind(defs, 'catalogue')
    .flatMap((c) => placedCategories(c))
    .filter((category) => code.startsWith(category.code))
    .sort(byCode)
    .map(({ code: own, title }) => ({ code: own, title }));
}

/** Half-width and full-width forms are one, as are capitals: what people type is found however it is written. */
const folded = (text: string): string => text.normalize('NFKC').toLowerCase();

/** How well an item answers a word; 0: not at all. */
function rank(item: CatalogueItemDoc, path: readonly { title: Bilingual }[], word: string): number {
  const has = (texts: readonly (string | undefined)[]) =>
    texts.some((t) => t !== undefined && folded(t).includes(word));
  if (has([item.title['zh-CN'], item.title.en])) return 4;
  if (item.code.startsWith(word) || folded(item.name).includes(word)) return 3;
  if (has(item.keywords ?? [])) return 3;
  if (has([item.description?.['zh-CN'], item.description?.en])) return 2;
  return has(path.flatMap((c) => [c.title['zh-CN'], c.title.en])) ? 1 : 0;
}

/**
 * Items that answer every word of a query, the best first: substrings of titles, names, codes, keywords, descriptions and
 * categories in both languages. An empty query finds nothing.
 */
export function searchItems(defs: readonly Definition[], viewer: CatalogueViewer, query: string): CatalogueItemDoc[] {
  const words = folded(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const found = visibleItems(defs, viewer).map((item) => {
    const path = pathOfItem(defs, item.code);
    const ranks = words.map((word) => rank(item, path, word));
    return { item, rank: ranks.includes(0) ? 0 : ranks.reduce((sum, r) => sum + r, 0) };
  });
  return found
    .filter((f) => f.rank > 0)
    .sort((a, b) => b.rank - a.rank || byCode(a.item, b.item))
    .map((f) => f.item);
}

function lengthInWords(goal: string, alwaysOpen: boolean): Bilingual {
  const { unit, amount } = parseDuration(goal);
  const many = (n: number, one: string, more: string) => `${n} ${n === 1 ? one : more}`;
  if (unit === 'business-days')
    return { 'zh-CN': `${amount} 个工作日`, en: many(amount, 'working day', 'working days') };
  const seconds = unit === 'business-hours' ? amount * 3600 : amount;
  const working = !alwaysOpen || unit === 'business-hours';
  if (seconds % 86_400 === 0 && !working)
    return { 'zh-CN': `${seconds / 86_400} 天`, en: many(seconds / 86_400, 'day', 'days') };
  if (seconds % 3600 === 0) {
    const hours = seconds / 3600;
    return {
      'zh-CN': `${hours} 个${working ? '工作' : ''}小时`,
      en: many(hours, working ? 'working hour' : 'hour', working ? 'working hours' : 'hours'),
    };
  }
  const minutes = Math.ceil(seconds / 60);
  return {
    'zh-CN': `${minutes} 分钟${working ? '（工作时间）' : ''}`,
    en: `${many(minutes, 'minute', 'minutes')}${working ? ' of working time' : ''}`,
  };
}

/** What an SLA promises, in words: how long, from which moment to which. */
export function promisesOf(
  defs: readonly Definition[],
  item: CatalogueItemDoc,
): { name: string; title: Bilingual; words: Bilingual }[] {
  const sla = ofKind(defs, 'request-sla').find((s) => s.name === item.sla);
  const process = ofKind(defs, 'request-process').find((p) => p.name === item.process);
  const titles = new Map(placedSteps(process?.steps ?? []).map(({ step }) => [step.id, step.title]));
  return (sla?.clocks ?? []).map((clock) => ({
    name: clock.name,
    title: clock.title,
    words: promise(defs, clock, titles),
  }));
}

function promise(
  defs: readonly Definition[],
  clock: RequestSlaDoc['clocks'][number],
  titles: ReadonlyMap<string, Bilingual>,
): Bilingual {
  const open = ofKind(defs, 'calendar').find((c) => c.name === clock.calendar)?.week === 'always';
  const length = lengthInWords(clock.goal, open);
  const from = clock.from === undefined ? undefined : titles.get(clock.from);
  const to = clock.to === undefined ? undefined : titles.get(clock.to);
  const zh = `${from ? `自“${from['zh-CN']}”开始` : '自提交起'} ${length['zh-CN']}内${to ? `完成“${to['zh-CN']}”` : '办结'}`;
  const en = `${to ? `“${to.en}” done` : 'completed'} within ${length.en} ${from ? `from the start of “${from.en}”` : 'of submission'}`;
  return { 'zh-CN': zh, en: `${en.charAt(0).toUpperCase()}${en.slice(1)}` };
}
