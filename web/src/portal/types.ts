import type { Bilingual, FormSchema } from '../form-schema/schema';

/** What an item costs the tenant. `currency` is an ISO 4217 code. */
export interface Cost {
  amount: number;
  currency: string;
  per: 'once' | 'month' | 'year';
}

/** A leaf of the catalogue. */
export interface ItemSummary {
  name: string;
  code: string;
  title: Bilingual;
  description: Bilingual | null;
  cost: Cost | null;
  /** For those who do not know where they belong: the desk classifies. */
  freeText: boolean;
}

/** A category with those below it and the items it holds. */
export interface Category {
  code: string;
  title: Bilingual;
  description: Bilingual | null;
  /** Items the viewer sees, here and below. */
  count: number;
  categories: Category[];
  items: ItemSummary[];
}

export interface Catalogue {
  categories: Category[];
}

/** An item with all that it binds. */
export interface Item extends ItemSummary {
  path: { code: string; title: Bilingual }[];
  /** Who answers for it, by name. */
  owner: string;
  /** The role that answers for it, where it is one. */
  ownerRole: { name: string; title: Bilingual } | null;
  service: string;
  team: string;
  form: { name: string; version: number; schema: FormSchema };
  stages: { name: string; title: Bilingual }[];
  promises: { name: string; title: Bilingual; words: Bilingual }[];
}
