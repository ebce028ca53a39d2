import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';
import type { paths } from '../api-types';

type One = paths['/api/v1/definitions/{kind}/{name}']['get'];
/** A definition with its document, source and versions. */
export type DefinitionRead = One['responses'][200]['content']['application/json'];
export type DefinitionVersion = DefinitionRead['versions'][number];
export type DefinitionKind = DefinitionRead['kind'];

/** Which version; absent: the one in use. */
export interface WantedVersion {
  version?: number;
  shared?: boolean;
}

/** Definitions in use. */
export function useDefinitions() {
  return useQuery({
    queryKey: ['definitions'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/definitions', { signal })),
  });
}

/** One definition. Named versions never change: they are read once. */
export function useDefinition(kind: string, name: string, { version, shared }: WantedVersion, enabled = true) {
  const query = { version, shared: shared === undefined ? undefined : (`${shared}` as const) };
  return useQuery({
    queryKey: ['definition', kind, name, version ?? 'current', shared ?? 'any'],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/definitions/{kind}/{name}', {
          params: { path: { kind: kind as DefinitionKind, name }, query },
          signal,
        }),
      ),
    enabled,
    staleTime: version === undefined ? 0 : Number.POSITIVE_INFINITY,
  });
}
