import { encoded } from './schema';

/**
 * JSON pointer of the form field that an error of the API names: `body.data/sizing/vcpu`, `body.data.sizing.vcpu`,
 * `body.result.sizing.vcpu` or `/sizing/vcpu` → `/sizing/vcpu`. Null: it names no field of the form.
 */
export function pointerOf(path: string): string | null {
  if (path === '' || path.startsWith('/')) return path;
  const inner = /^(?:body\.?)?(?:data|result)(?=$|[./])(.*)$/s.exec(path)?.[1];
  if (inner === undefined) return null;
  if (inner === '' || inner.startsWith('/')) return inner;
  return inner
    .split('.')
    .slice(1)
    .map((token) => `/${encoded(token)}`)
    .join('');
}
