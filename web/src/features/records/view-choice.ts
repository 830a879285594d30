/** Which of the saved views a list shows. */
import type { SavedView } from '@/api/types';

/** The address of the list without any view, where one of them opens by itself. */
export const ALL_RECORDS = 'all';

const RANK = { private: 0, role: 1, shared: 2 } as const;

/** The view that opens by itself: one's own before that of the role before that of all colleagues. */
export function defaultView(views: readonly SavedView[]): SavedView | undefined {
  return views.filter((view) => view.default).sort((a, b) => RANK[a.scope] - RANK[b.scope])[0];
}

export function chosenView(views: readonly SavedView[], asked: string | undefined): SavedView | undefined {
  if (asked === ALL_RECORDS) return undefined;
  return views.find((view) => view.id === asked) ?? defaultView(views);
}
