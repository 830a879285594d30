/** All addresses of the page. Every state that can be shared is in the address; the server checks each again. */
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, type ErrorComponentProps } from '@tanstack/react-router';
import { sessionQuery, viewsQuery } from '@/api/queries';
import { nextOf } from '@/sign-in/next';
import { ErrorState, PageSkeleton } from '@/ui/States';
import { NotFound } from './NotFound';
import { askAhead } from './ask-ahead';
import { importSearch, listSearch, recordSearch } from './search';

const rootRoute = createRootRouteWithContext<{ client: QueryClient }>()({ component: Outlet, notFoundComponent: NotFound });

interface SignInSearch { next?: string }
const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): SignInSearch => {
    const next = nextOf(search['next']);
    return next ? { next } : {};
  },
  component: lazyRouteComponent(() => import('@/features/session/SignInPage'), 'SignInPage'),
});
const setupRoute = createRoute({ getParentRoute: () => rootRoute, path: '/setup', component: lazyRouteComponent(() => import('@/features/session/SetupPage'), 'SetupPage') });
const joinRoute = createRoute({ getParentRoute: () => rootRoute, path: '/join', component: lazyRouteComponent(() => import('@/features/session/JoinPage'), 'JoinPage') });

const shellRoute = createRoute({ getParentRoute: () => rootRoute, id: 'shell', component: lazyRouteComponent(() => import('./Shell'), 'Shell') });

const homeRoute = createRoute({ getParentRoute: () => shellRoute, path: '/', component: lazyRouteComponent(() => import('@/features/home/HomePage'), 'HomePage') });
const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/o/$object',
  validateSearch: listSearch,
  // The default view decides what is asked: it is fetched when somebody only aims at the link, the records when they go there.
  loader: ({ params, context: { client }, location, preload }) => {
    if (!client.getQueryData(sessionQuery.queryKey)?.signed_in) return;
    if (preload) void client.prefetchQuery(viewsQuery(params.object));
    else void askAhead(client, params.object, listSearch(location.search)).catch(() => undefined);
  },
  component: lazyRouteComponent(() => import('@/features/records/ListPage'), 'ListPage'),
});
const recordRoute = createRoute({ getParentRoute: () => shellRoute, path: '/o/$object/$id', validateSearch: recordSearch, component: lazyRouteComponent(() => import('@/features/record/RecordPage'), 'RecordPage') });
const importRoute = createRoute({ getParentRoute: () => shellRoute, path: '/import/$object', validateSearch: importSearch, component: lazyRouteComponent(() => import('@/features/imports/ImportPage'), 'ImportPage') });
const importsRoute = createRoute({ getParentRoute: () => shellRoute, path: '/imports', component: lazyRouteComponent(() => import('@/features/imports/ImportsPage'), 'ImportsPage') });
const binRoute = createRoute({ getParentRoute: () => shellRoute, path: '/bin', validateSearch: (search: Record<string, unknown>): { object?: string } => (typeof search['object'] === 'string' ? { object: search['object'] } : {}), component: lazyRouteComponent(() => import('@/features/bin/BinPage'), 'BinPage') });
const evidenceRoute = createRoute({ getParentRoute: () => shellRoute, path: '/evidence', validateSearch: strings, component: lazyRouteComponent(() => import('@/features/evidence/EvidencePage'), 'EvidencePage') });
const peopleRoute = createRoute({ getParentRoute: () => shellRoute, path: '/people', validateSearch: strings, component: lazyRouteComponent(() => import('@/features/people/PeoplePage'), 'PeoplePage') });
const unitsRoute = createRoute({ getParentRoute: () => shellRoute, path: '/units', component: lazyRouteComponent(() => import('@/features/people/UnitsPage'), 'UnitsPage') });
const rolesRoute = createRoute({ getParentRoute: () => shellRoute, path: '/roles', validateSearch: strings, component: lazyRouteComponent(() => import('@/features/roles/RolesPage'), 'RolesPage') });
const accountRoute = createRoute({ getParentRoute: () => shellRoute, path: '/account', component: lazyRouteComponent(() => import('@/features/account/AccountPage'), 'AccountPage') });
const settingsRoute = createRoute({ getParentRoute: () => shellRoute, path: '/settings', component: lazyRouteComponent(() => import('@/features/settings/SettingsPage'), 'SettingsPage') });

// Whatever has no page of its own is told inside the frame, from where one goes on.
const nowhereRoute = createRoute({ getParentRoute: () => shellRoute, path: '$', component: NotFound });

/** Keeps the text values of a search, for pages whose filters are plain texts. */
function strings(search: Record<string, unknown>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => typeof value === 'string' || typeof value === 'number').map(([key, value]) => [key, String(value)]));
}

const routeTree = rootRoute.addChildren([
  signInRoute, setupRoute, joinRoute,
  shellRoute.addChildren([
    homeRoute, listRoute, recordRoute, importRoute, importsRoute, binRoute, evidenceRoute, peopleRoute, unitsRoute, rolesRoute, accountRoute, settingsRoute, nowhereRoute,
  ]),
]);

export type AppRouter = ReturnType<typeof createAppRouter>;

export function createAppRouter(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    defaultPendingComponent: PageSkeleton,
    defaultPendingMs: 200,
    defaultPendingMinMs: 0,
    defaultPreload: 'intent',
    defaultErrorComponent: RouteError,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: false,
  });
}

function RouteError({ error, reset }: ErrorComponentProps) {
  return <ErrorState error={error} onRetry={reset} />;
}

declare module '@tanstack/react-router' {
  interface Register { router: AppRouter }
}
