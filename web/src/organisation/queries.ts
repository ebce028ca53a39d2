import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';
import type { components, paths } from '../api-types';
import { keyed } from '../form/key';

export type Person = components['schemas']['Person'];
export type Team = components['schemas']['Team'];
export type Role = components['schemas']['Role'];
export type Absence = components['schemas']['Absence'];
export type AdminEvent = components['schemas']['AdminEvent'];
export type GroupRole = components['schemas']['GroupRole'];
type Json<Operation> = Operation extends { requestBody: { content: { 'application/json': infer B } } } ? B : never;
type Query<Operation> = Operation extends { parameters: { query?: infer Q } } ? NonNullable<Q> : never;
type Answer<Operation> = Operation extends { responses: { 200: { content: { 'application/json': infer A } } } }
  ? A
  : never;
export type NewPerson = Json<paths['/api/v1/people']['post']>;
export type PersonChange = Json<paths['/api/v1/people/{id}']['patch']>;
export type PeopleFilter = Omit<Query<paths['/api/v1/people']['get']>, 'limit' | 'cursor'>;
export type Holdings = Answer<paths['/api/v1/people/{id}/holdings']['get']>;
export type NewTeam = Json<paths['/api/v1/teams']['post']>;
export type TeamChange = Json<paths['/api/v1/teams/{name}']['patch']>;
export type Tenant = Answer<paths['/api/v1/tenants']['get']>['items'][number];
export type NewTenant = Json<paths['/api/v1/tenants']['post']>;
export type TenantChange = Json<paths['/api/v1/tenants/{id}']['patch']>;
export type NewAbsence = Json<paths['/api/v1/me/absences']['post']>;
export type NewGroupRole = Json<paths['/api/v1/oidc/group-roles']['post']>;

const ROWS = 50;
/** Everything of an organisation hangs together: one change may show in each list. */
const ROOT = 'organisation';

/** A list that comes page by page. */
function usePages<P extends { nextCursor: string | null }>(
  key: readonly unknown[],
  read: (cursor: string | undefined, signal: AbortSignal) => Promise<P>,
  enabled = true,
) {
  return useInfiniteQuery({
    queryKey: [ROOT, ...key],
    queryFn: ({ signal, pageParam }) => read(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: P) => last.nextCursor ?? undefined,
    enabled,
  });
}

/** Whatever changes something here: all of it is read again, the account too. */
export function useOrganisationMutation<V, R>(mutationFn: (v: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: () => Promise.all([ROOT, 'me'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}

export const usePeople = (filter: PeopleFilter) =>
  usePages(['people', filter], (cursor, signal) =>
    dataOf(api.GET('/api/v1/people', { params: { query: { ...filter, limit: ROWS, cursor } }, signal })),
  );

/** The first people who fit some words: for a field that names one. */
export const useFound = (q: string, enabled: boolean) =>
  useQuery({
    queryKey: [ROOT, 'found', q],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/people', { params: { query: { active: 'true', limit: 20, ...(q && { q }) } }, signal })),
    placeholderData: (before) => before,
    enabled,
  });

export const useCreatePerson = () =>
  useOrganisationMutation(({ body, key }: { body: NewPerson; key: string }) =>
    dataOf(api.POST('/api/v1/people', { params: keyed(key), body })),
  );

export const useChangePerson = () =>
  useOrganisationMutation(({ id, body }: { id: string; body: PersonChange }) =>
    dataOf(api.PATCH('/api/v1/people/{id}', { params: { path: { id } }, body })),
  );

export const useSetupLink = () =>
  useOrganisationMutation((id: string) =>
    dataOf(api.POST('/api/v1/people/{id}/setup-link', { params: { path: { id }, ...keyed() } })),
  );

/** Skills or teams as a whole. */
export const useSetWords = () =>
  useOrganisationMutation(async ({ id, skills, teams }: { id: string; skills?: string[]; teams?: string[] }) => {
    const params = { path: { id } };
    if (teams) await dataOf(api.PUT('/api/v1/people/{id}/teams', { params, body: { items: teams } }));
    if (skills) await dataOf(api.PUT('/api/v1/people/{id}/skills', { params, body: { items: skills } }));
  });

export const useHoldings = (id: string) =>
  useQuery({
    queryKey: [ROOT, 'holdings', id],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/people/{id}/holdings', { params: { path: { id } }, signal })),
    gcTime: 0,
  });

export const useIdentities = (id: string, enabled: boolean) =>
  useQuery({
    queryKey: [ROOT, 'identities', id],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/people/{id}/identities', { params: { path: { id } }, signal })),
    enabled,
  });

export const useLinkIdentity = () =>
  useOrganisationMutation(({ id, subject }: { id: string; subject: string | null }) =>
    dataOf(api.PUT('/api/v1/people/{id}/identities', { params: { path: { id } }, body: { subject } })),
  );

export const useTeams = (filter: { q?: string; kind?: Team['kind'] } = {}, enabled = true) =>
  usePages(
    ['teams', filter],
    (cursor, signal) =>
      dataOf(api.GET('/api/v1/teams', { params: { query: { ...filter, limit: 200, cursor } }, signal })),
    enabled,
  );

export const useTeamMembers = (name: string) =>
  usePages(['members', name], (cursor, signal) =>
    dataOf(
      api.GET('/api/v1/teams/{name}/members', {
        params: { path: { name }, query: { limit: ROWS, cursor } },
        signal,
      }),
    ),
  );

export const useCreateTeam = () =>
  useOrganisationMutation(({ body, key }: { body: NewTeam; key: string }) =>
    dataOf(api.POST('/api/v1/teams', { params: keyed(key), body })),
  );

export const useChangeTeam = () =>
  useOrganisationMutation(({ name, body }: { name: string; body: TeamChange }) =>
    dataOf(api.PATCH('/api/v1/teams/{name}', { params: { path: { name } }, body })),
  );

export const useRemoveTeam = () =>
  useOrganisationMutation((name: string) => api.DELETE('/api/v1/teams/{name}', { params: { path: { name } } }));

export const useTenants = (enabled = true) =>
  usePages(
    ['tenants'],
    (cursor, signal) => dataOf(api.GET('/api/v1/tenants', { params: { query: { limit: 200, cursor } }, signal })),
    enabled,
  );

export const useCreateTenant = () =>
  useOrganisationMutation(({ body, key }: { body: NewTenant; key: string }) =>
    dataOf(api.POST('/api/v1/tenants', { params: keyed(key), body })),
  );

export const useChangeTenant = () =>
  useOrganisationMutation(({ id, body }: { id: string; body: TenantChange }) =>
    dataOf(api.PATCH('/api/v1/tenants/{id}', { params: { path: { id } }, body })),
  );

export const useRoles = () =>
  useQuery({ queryKey: [ROOT, 'roles'], queryFn: ({ signal }) => dataOf(api.GET('/api/v1/roles', { signal })) });

export const useGroupRoles = () =>
  usePages(['group-roles'], (cursor, signal) =>
    dataOf(api.GET('/api/v1/oidc/group-roles', { params: { query: { limit: ROWS, cursor } }, signal })),
  );

export const useCreateGroupRole = () =>
  useOrganisationMutation(({ body, key }: { body: NewGroupRole; key: string }) =>
    dataOf(api.POST('/api/v1/oidc/group-roles', { params: keyed(key), body })),
  );

export const useRemoveGroupRole = () =>
  useOrganisationMutation((id: string) => api.DELETE('/api/v1/oidc/group-roles/{id}', { params: { path: { id } } }));

/** Absences that reach into the time after `from`; of one person, or of all whom the viewer may see. */
export const useAbsences = (filter: { from?: string; personId?: string }) =>
  usePages(['absences', filter], (cursor, signal) =>
    dataOf(api.GET('/api/v1/absences', { params: { query: { ...filter, limit: ROWS, cursor } }, signal })),
  );

export const useOwnAbsences = (from: string) =>
  usePages(['own-absences', from], (cursor, signal) =>
    dataOf(api.GET('/api/v1/me/absences', { params: { query: { from, limit: ROWS, cursor } }, signal })),
  );

/** @param personId of somebody else; null: one's own */
export const useEnterAbsence = (personId: string | null) =>
  useOrganisationMutation(({ body, key, of = personId }: { body: NewAbsence; key: string; of?: string | null }) =>
    of === null
      ? dataOf(api.POST('/api/v1/me/absences', { params: keyed(key), body }))
      : dataOf(api.POST('/api/v1/people/{id}/absences', { params: { path: { id: of }, ...keyed(key) }, body })),
  );

export const useRemoveAbsence = (own: boolean) =>
  useOrganisationMutation(async ({ id, personId }: Pick<Absence, 'id' | 'personId'>) => {
    if (own) await api.DELETE('/api/v1/me/absences/{absence}', { params: { path: { absence: id } } });
    else
      await api.DELETE('/api/v1/people/{id}/absences/{absence}', { params: { path: { id: personId, absence: id } } });
  });

export const useAdminEvents = (filter: { subject?: string; kind?: string; actor?: string }) =>
  usePages(['admin-events', filter], (cursor, signal) =>
    dataOf(api.GET('/api/v1/admin-events', { params: { query: { ...filter, limit: ROWS, cursor } }, signal })),
  );
