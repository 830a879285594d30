import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { api } from '@/api/client';
import { sessionQuery } from '@/api/queries';
import type { Factors, Page, SessionItem } from '@/api/types';

export const factorsQuery = queryOptions({ queryKey: ['me', 'factors'], queryFn: () => api.get<Factors>('/me/factors') });
export const sessionsQuery = queryOptions({ queryKey: ['me', 'sessions'], queryFn: async () => (await api.get<Page<SessionItem>>('/me/sessions')).items });

/** Asks again what the account looks like, and what is still to be done before going on. */
export function useRefreshAccount(): () => Promise<unknown> {
  const client = useQueryClient();
  return () => Promise.all([client.invalidateQueries({ queryKey: ['me'] }), client.invalidateQueries({ queryKey: sessionQuery.queryKey })]);
}
