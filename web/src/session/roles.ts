import { ROLES } from '../../../domain/roles';
import type { Language } from '../theme/preferences';

/** A role as people call it; an unknown one by its name. */
export function roleName(name: string, language: Language): string {
  return ROLES.find((r) => r.name === name)?.[language] ?? name;
}
