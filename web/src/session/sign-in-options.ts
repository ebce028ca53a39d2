import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';

/** Ways to sign in that this installation offers. */
export function useSignInOptions() {
  return useQuery({
    queryKey: ['sign-in-options'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/sign-in-options', { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
