/**
 * Asks for everything the first page needs at once, while its texts and scripts are still on their
 * way: who is signed in, the metadata, the views of the list, and the scripts of the route.
 */
import type { QueryClient } from '@tanstack/react-query';
import { objectsQuery, readObjects, readViews, sessionQuery, viewsQuery } from '@/api/queries';
import { askAhead } from './ask-ahead';
import type { AppRouter } from './router';
import { listSearch } from './search';

/** Pages of people who are not signed in, who would be refused everything else. */
const PUBLIC = /^\/(sign-in|setup|join)(\/|$)/;
const LIST = /^\/o\/([a-z][a-z0-9_]*)\/?$/;

export function firstLoad(client: QueryClient, router: AppRouter): void {
  for (const match of router.matchRoutes(router.latestLocation)) {
    const route = router.routesById[match.routeId as keyof typeof router.routesById];
    void Promise.resolve(router.loadRouteChunk(route)).catch(() => undefined);
  }
  const path = router.latestLocation.pathname;
  const session = client.fetchQuery(sessionQuery);
  session.catch(() => undefined);
  if (PUBLIC.test(path)) return;
  early(client, { ...objectsQuery, queryFn: () => readObjects({ anonymous: true }) });
  const object = LIST.exec(path)?.[1];
  if (!object) return;
  early(client, { ...viewsQuery(object), queryFn: () => readViews(object, { anonymous: true }) });
  void session.then((me) => (me.signed_in && (me.must ?? []).length === 0 ? askAhead(client, object, listSearch(router.latestLocation.search)) : undefined)).catch(() => undefined);
}

/** Without a session the answer is a refusal; it is forgotten, and the shell leads to the sign-in. */
function early<T, K extends readonly unknown[]>(client: QueryClient, query: { queryKey: K; queryFn: () => Promise<T>; staleTime?: unknown }): void {
  client.fetchQuery({ queryKey: query.queryKey, queryFn: query.queryFn, staleTime: Infinity }).catch(() => client.removeQueries({ queryKey: query.queryKey, type: 'inactive' }));
}
