/**
 * Records at hand: the person's favourites, and those opened lately. The server keeps their ids and
 * judges and names them anew at every reading; the page holds the titles in memory alone.
 */
import { queryOptions, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { createContext, useCallback } from 'react';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { useMe } from '@/api/queries';
import type { Page, RecordAtHand } from '@/api/types';
import { useToast } from '@/ui/toast';

const AT_HAND = 'at-hand';
const MOST_RECENT = 12;
const read = (path: string) => async (): Promise<RecordAtHand[]> => (await api.get<Page<RecordAtHand>>(path)).items;
const common = { staleTime: 60_000, refetchOnWindowFocus: true } as const;
const favouritesQuery = queryOptions({ queryKey: [AT_HAND, 'favourites'], queryFn: read('/me/favourites'), ...common });
const recentQuery = queryOptions({ queryKey: [AT_HAND, 'recent'], queryFn: read('/me/recent'), ...common });
const NONE: readonly RecordAtHand[] = [];

function useAtHand(query: typeof favouritesQuery | typeof recentQuery): readonly RecordAtHand[] {
  const me = useMe();
  const { data } = useQuery({ ...(query as typeof recentQuery), enabled: me.objects.length > 0 && (me.must ?? []).length === 0 });
  return data ?? NONE;
}
export const useFavourites = (): readonly RecordAtHand[] => useAtHand(favouritesQuery);
export const useRecent = (): readonly RecordAtHand[] => useAtHand(recentQuery);

/** Puts an opened record first, as the server will say at the next reading. */
export function noteOpened(client: QueryClient, record: RecordAtHand): void {
  client.setQueryData(recentQuery.queryKey, (before) => before && [record, ...before.filter((one) => one.id !== record.id)].slice(0, MOST_RECENT));
}

/** Asks again which records are still the person's to see. */
export const judgeAtHand = (client: QueryClient): Promise<void> => client.invalidateQueries({ queryKey: [AT_HAND] });

/** Keeps a record, or keeps it no longer; shown at once and taken back when the server refuses. */
export function useKeep(): (record: RecordAtHand, keep: boolean) => void {
  const client = useQueryClient();
  const toast = useToast();
  const { mutate } = useMutation({
    mutationFn: ({ record, keep }: { record: RecordAtHand; keep: boolean }) => {
      const path = `/me/favourites/${record.object}/${record.id}`;
      return keep ? api.put(path) : api.delete(path);
    },
    onMutate: ({ record, keep }) => {
      void client.cancelQueries({ queryKey: favouritesQuery.queryKey });
      client.setQueryData(favouritesQuery.queryKey, (before = []) => [...(keep ? [record] : []), ...before.filter((one) => one.id !== record.id)]);
    },
    onError: (error) => {
      const problem = asProblem(error);
      toast({ kind: 'error', text: problem.detail ?? problem.title });
    },
    onSettled: () => client.invalidateQueries({ queryKey: favouritesQuery.queryKey }),
  });
  return useCallback((record, keep) => mutate({ record, keep }), [mutate]);
}

/** The ids kept and the way to change them, for the rows of a list, which must not each ask for themselves. */
export const KeptContext = createContext<{ ids: ReadonlySet<string>; keep: (record: RecordAtHand, keep: boolean) => void }>({ ids: new Set(), keep: () => undefined });
