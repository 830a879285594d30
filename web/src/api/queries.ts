/** Reads shared by several pages. Nothing here is kept outside memory. */
import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { api, type RequestOptions } from './client';
import type { Action, Capability, DirectoryEntry, ObjectView, Page, SavedView, Session, SignedIn, Unit } from './types';

const MINUTES = 60_000;

export const sessionQuery = queryOptions({ queryKey: ['session'], queryFn: () => api.get<Session>('/session', { anonymous: true }), staleTime: 5 * MINUTES });
export const readObjects = async (options?: RequestOptions): Promise<ObjectView[]> => (await api.get<Page<ObjectView>>('/objects', options)).items;
export const objectsQuery = queryOptions({ queryKey: ['objects'], queryFn: () => readObjects(), staleTime: 10 * MINUTES });
export const readViews = async (object: string, options?: RequestOptions): Promise<SavedView[]> => (await api.get<Page<SavedView>>(`/views/${object}`, options)).items;
export const viewsQuery = (object: string) => queryOptions({ queryKey: ['views', object], queryFn: () => readViews(object), staleTime: 5 * MINUTES });
export const directoryQuery = (q: string) => queryOptions({ queryKey: ['directory', q], queryFn: async () => (await api.get<Page<DirectoryEntry>>('/directory', { query: { q } })).items, staleTime: MINUTES });
export const unitsQuery = queryOptions({ queryKey: ['units'], queryFn: async () => (await api.get<Page<Unit>>('/units')).items, staleTime: MINUTES });

/** The signed-in person; only below the shell, which waits for it. */
export function useMe(): SignedIn {
  const { data } = useSuspenseQuery(sessionQuery);
  if (!data.signed_in) throw new Error('the session has ended');
  return data;
}

export function useCan(): { capability: (name: Capability) => boolean; object: (key: string, action: Action) => boolean } {
  const me = useMe();
  return {
    capability: (name) => me.capabilities.includes(name),
    object: (key, action) => me.objects.some((one) => one.key === key && one.actions.includes(action)),
  };
}

export const useObjects = () => useSuspenseQuery(objectsQuery).data;

/** Metadata of one object; undefined when the person may not know it. */
export function useObject(key: string): ObjectView | undefined {
  return useObjects().find((object) => object.key === key);
}

export const useSession = () => useQuery(sessionQuery);
