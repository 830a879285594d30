/** What a list asks of the server, known before anything of it is drawn. */
import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query';
import { api } from '@/api/client';
import { objectsQuery, viewsQuery } from '@/api/queries';
import type { Filter, ListQuery, ObjectView, RecordPage, SavedView, Sort } from '@/api/types';
import { readColumns, type Column, type ListSearch } from '@/app/search';
import { resolveColumns, timeOf } from './fields';
import { keptLayout } from './layout-store';
import { chosenView } from './view-choice';

const PAGE = 100;

/** Pages of a list in its order; filters travel in the body, never in an address. */
export const recordsQuery = (object: string, query: ListQuery) => infiniteQueryOptions({
  queryKey: ['records', object, query],
  queryFn: ({ pageParam, signal }) => api.post<RecordPage>(`/records/${object}/query`, { ...query, limit: PAGE, cursor: pageParam ?? undefined, count: pageParam === null ? true : undefined }, { signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next ?? undefined,
  gcTime: 60_000,
});

export const filterOf = (search: ListSearch, view: SavedView | undefined): Filter | undefined => search.filter ?? view?.state.filter ?? undefined;
export const sortOf = (object: ObjectView, search: ListSearch, view: SavedView | undefined): Sort[] => search.sort ?? (view?.state.sort?.length ? view.state.sort : [{ field: timeOf(object), descending: true }]);
export const layoutKeyOf = (object: ObjectView, view: SavedView | undefined): string => `${object.key}/${view?.id ?? ''}`;

/** The columns in their order: what the address says, what was set in this visit, what the view keeps, what is usual. */
export function columnsOf(object: ObjectView, search: ListSearch, kept: Column[] | undefined, view: SavedView | undefined): Column[] {
  return resolveColumns(object, (search.cols === undefined ? kept : readColumns(search.cols)) ?? view?.state.columns);
}

export function listQuery(object: ObjectView, search: Pick<ListSearch, 'q'>, filter: Filter | undefined, sort: Sort[], columns: readonly Column[]): ListQuery {
  const fields = [...new Set([...columns.map((one) => one.key), ...cardFields(object)])].filter((one) => !one.startsWith('_'));
  return { filter, search: search.q || undefined, sort, fields };
}

/** Fields a card needs even when the grid does not show them. */
export function cardFields(object: ObjectView): string[] {
  const wanted = [object.title, object.stage, ...object.fields.filter((field) => field.in_list).slice(0, 5).map((field) => field.key)];
  return wanted.filter((key): key is string => key !== null && object.fields.some((field) => field.key === key));
}

/** Asks for the first page of a list as soon as its metadata and views are there, while it is still being drawn. */
export async function askAhead(client: QueryClient, key: string, search: ListSearch): Promise<void> {
  const [objects, views] = await Promise.all([client.ensureQueryData(objectsQuery), client.ensureQueryData(viewsQuery(key)).catch(() => [])]);
  const object = objects.find((one) => one.key === key);
  if (!object?.actions.includes('read')) return;
  const view = chosenView(views, search.view);
  const columns = columnsOf(object, search, keptLayout(layoutKeyOf(object, view)).columns, view);
  await client.prefetchInfiniteQuery(recordsQuery(key, listQuery(object, search, filterOf(search, view), sortOf(object, search, view), columns)));
}
