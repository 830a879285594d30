/** Reads and changes of people. Without the right to manage people only names and units are known. */
import { queryOptions, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '@/api/client';
import type { DefinedObject, DirectoryEntry, Page, PersonView, RoleAssignment, RoleMember, RoleView, SessionItem } from '@/api/types';

const PAGE = 200;
export interface PeopleFilter { q?: string; unit?: string; status?: string }

/** A colleague as the list shows him; what the directory does not tell is absent. */
export type PersonRow = PersonView & { known: boolean };

const fromDirectory = (one: DirectoryEntry): PersonRow => ({ id: one.id, name: one.name, unit: one.unit, login: '', kind: 'user', status: 'active', manager: null, version: 0, company: null, email: null, title: null, valid_until: null, roles: [], last_sign_in: null, second_factor: false, known: false });

export function usePeople(filter: PeopleFilter, full: boolean) {
  const result = useInfiniteQuery({
    queryKey: ['people', full, filter],
    queryFn: async ({ pageParam, signal }): Promise<Page<PersonRow>> => {
      if (!full) return { items: (await api.get<Page<DirectoryEntry>>('/directory', { query: { q: filter.q }, signal })).items.filter((one) => !filter.unit || one.unit?.id === filter.unit).map(fromDirectory) };
      const page = await api.get<Page<PersonView>>('/people', { query: { ...filter, cursor: pageParam ?? undefined, limit: PAGE }, signal });
      return { ...page, items: page.items.map((one) => ({ ...one, known: true })) };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const rows = useMemo(() => result.data?.pages.flatMap((page) => page.items) ?? [], [result.data]);
  return { ...result, rows };
}

/** Everybody, page by page, for the reporting lines and the counts of the start page. */
export const everybodyQuery = queryOptions({
  queryKey: ['people', 'everybody'],
  queryFn: async ({ signal }) => {
    const all: PersonView[] = [];
    let cursor: string | null | undefined;
    do {
      const page: Page<PersonView> = await api.get<Page<PersonView>>('/people', { query: { cursor: cursor ?? undefined, limit: 500 }, signal });
      all.push(...page.items);
      cursor = page.next;
    } while (cursor && all.length < 20_000);
    return all;
  },
  staleTime: 60_000,
});

export const personQuery = (id: string) => queryOptions({ queryKey: ['person', id], queryFn: () => api.get<PersonView & { company?: string | null }>(`/people/${id}`) });
export const personRolesQuery = (id: string) => queryOptions({ queryKey: ['person', id, 'roles'], queryFn: async () => (await api.get<Page<RoleAssignment>>(`/people/${id}/roles`)).items });
export const personSessionsQuery = (id: string) => queryOptions({ queryKey: ['person', id, 'sessions'], queryFn: async () => (await api.get<Page<SessionItem>>(`/people/${id}/sessions`)).items });
export const rolesQuery = queryOptions({ queryKey: ['roles'], queryFn: async () => (await api.get<Page<RoleView>>('/roles')).items, staleTime: 60_000 });

/** Objects and fields as roles speak of them: no right on any record is needed to read these. */
export const definedQuery = queryOptions({ queryKey: ['roles', 'objects'], queryFn: async () => (await api.get<{ items: DefinedObject[] }>('/roles/objects')).items, staleTime: 300_000 });

/** Who holds a role, page by page. */
export function useRoleMembers(role: string) {
  return useInfiniteQuery({
    queryKey: ['roles', role, 'members'],
    queryFn: ({ pageParam, signal }) => api.get<Page<RoleMember> & { total: number }>(`/roles/${role}/members`, { query: { cursor: pageParam ?? undefined, limit: 100 }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export interface Invite { link: string; expires_at: string }

/** The link as a person can open it, whatever form the server gives it in. */
export const inviteLink = (invite: Invite): string => new URL(invite.link, window.location.origin).href;

export interface NewPerson { name: string; login: string; kind: 'user' | 'partner'; unit: string | null; manager: string | null; title: string | null; email: string | null; company: string | null; valid_until: string | null }

/** After a change the list, the person and the units' counts are read again. */
export function useRefresh(): () => void {
  const client = useQueryClient();
  return () => {
    for (const key of ['people', 'person', 'units', 'directory', 'roles']) void client.invalidateQueries({ queryKey: [key] });
  };
}

export type StatusVerb = 'suspend' | 'resume' | 'end';

export function useStatus(id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async ({ verb, reason }: { verb: StatusVerb; reason: string }) => readOwned((await api.post<{ owned?: unknown } | undefined>(`/people/${id}/${verb}`, { reason }))?.owned),
    onSuccess: refresh,
  });
}

/** What somebody leaves behind, by object; the server may give a list or a map. */
export function readOwned(owned: unknown): [string, number][] {
  if (Array.isArray(owned)) return owned.flatMap((one: { object?: unknown; count?: unknown }): [string, number][] => (typeof one.object === 'string' && typeof one.count === 'number' ? [[one.object, one.count]] : []));
  if (typeof owned !== 'object' || owned === null) return [];
  return Object.entries(owned).filter((one): one is [string, number] => typeof one[1] === 'number');
}

/** The last moment of a day, where the person is. */
export function endOfDay(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date, 23, 59, 59).toISOString();
}
