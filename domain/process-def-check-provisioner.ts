import { nearest } from './nearest';
import { checkTeam } from './process-def-check-request-people';
import type { ProvisionerDoc } from './process-def-provisioner';
import type { Check, Path } from './process-def-reference';

const PLACEHOLDERS = [
  'spec',
  'resource',
  'key',
  'case.id',
  'case.tenantId',
  'callback.url',
  'callback.token',
  'secret',
];

/** Every `{{name}}` in a value, with the place it stands at. */
function placeholders(value: unknown, at: Path): { name: string; path: Path }[] {
  if (typeof value === 'string')
    return [...value.matchAll(/\{\{([^{}]*)\}\}/g)].map((m) => ({ name: (m[1] ?? '').trim(), path: at }));
  if (Array.isArray(value)) return value.flatMap((part, i) => placeholders(part, [...at, i]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => placeholders(part, [...at, key]));
}

const isKnown = (name: string): boolean =>
  PLACEHOLDERS.some((known) => name === known || (['spec', 'secret'].includes(known) && name.startsWith(`${known}.`)));

/** What a system is told can be filled in, and its end is learned without doubt. */
export function checkProvisioner(check: Check, def: ProvisionerDoc): void {
  if (def.manual) checkTeam(check, ['manual', 'team'], def.manual.team);
  const { http } = def;
  if (!http) return;
  for (const { name, path } of placeholders(http, ['http']))
    if (!isKnown(name))
      check.report(path, `unknown placeholder {{${name}}}; known: ${PLACEHOLDERS.map((p) => `{{${p}}}`).join(', ')}`, {
        nearest: nearest(name, PLACEHOLDERS),
      });
  for (const { name, path } of placeholders(http.create, ['http', 'create']))
    if (name === 'resource') check.report(path, 'there is no {{resource}} before it is made');
  if (http.callback && !placeholders(http.create, []).some((p) => p.name === 'callback.url'))
    check.report(['http', 'callback'], 'the target can call nobody: create has no {{callback.url}}');
  if (!placeholders(http.remove, []).some((p) => p.name === 'resource'))
    check.report(['http', 'remove'], 'what should it remove? Name {{resource}} in its url, headers or body');
  for (const [i, word] of (http.poll?.failed ?? []).entries())
    if (http.poll?.done.includes(word))
      check.report(['http', 'poll', 'failed', i], `"${word}" cannot mean done and failed at once`);
}
