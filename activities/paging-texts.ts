import { DateTime } from 'luxon';
import type { PageWhy } from '../db/page';
import { type Definition, ofKind } from '../domain/process-def';
import type { Bilingual } from '../domain/process-def-common';
import { ROLES } from '../domain/roles';
import type { Severity } from '../domain/sla';

/** Languages of messages. */
export type Locale = keyof Bilingual;
export const LOCALES: readonly Locale[] = ['zh-CN', 'en'];

/** The language written to somebody whose browser says `locale`; Chinese unless he reads English. */
export function localeOf(locale: string): Locale {
  return /^en\b/i.test(locale) ? 'en' : 'zh-CN';
}

/** A zone that luxon does not know must not keep a page back. */
export function zoneOf(zone: string): string {
  return DateTime.local({ zone }).isValid ? zone : 'UTC';
}

/** An ISO instant as a message says it: `2026-10-09 17:30` on the recipient's clock. */
export function minuteIn(iso: string, zone: string): string {
  return DateTime.fromISO(iso, { zone: zoneOf(zone) }).toFormat('yyyy-MM-dd HH:mm');
}

/** Titles that the definitions in force give to the names a case carries; a name without one stands for itself. */
export interface Titles {
  service(name: string): string;
  /** Of the catalogue. */
  item(name: string): string;
  severity(service: string, severity: Severity): string;
  clock(service: string, clock: string): string;
  /** What a target names: title of a schedule, role or service; empty for targets that name nothing. */
  target(why: PageWhy): string;
}

export function titlesOf(definitions: readonly Definition[], locale: Locale): Titles {
  const services = new Map(ofKind(definitions, 'service').map((d) => [d.name, d]));
  const schedules = new Map(ofKind(definitions, 'schedule').map((d) => [d.name, d]));
  const matrices = new Map(ofKind(definitions, 'priority-matrix').map((d) => [d.name, d]));
  const slas = new Map(ofKind(definitions, 'sla').map((d) => [d.name, d]));
  const items = new Map(ofKind(definitions, 'catalogue-item').map((d) => [d.name, d]));
  const policies = (service: string) => services.get(service)?.incident;
  const service = (name: string) => services.get(name)?.title[locale] ?? name;
  return {
    service,
    item: (name) => items.get(name)?.title[locale] ?? name,
    severity: (name, severity) => matrices.get(policies(name)?.matrix ?? '')?.severities[severity].label[locale] ?? '',
    clock: (name, clock) =>
      slas.get(policies(name)?.sla ?? '')?.clocks.find((c) => c.name === clock)?.title[locale] ?? clock,
    target({ kind, name }) {
      if (name === null) return '';
      if (kind === 'oncall') return schedules.get(name)?.title[locale] ?? name;
      if (kind === 'role') return ROLES.find((r) => r.name === name)?.[locale] ?? name;
      return kind === 'owner' ? service(name) : name;
    },
  };
}
