/** Records opened and lists pinned during this visit; kept in memory alone, since titles are personal data. */
import { useSyncExternalStore } from 'react';

export interface Recent { object: string; id: string; title: string }

let recents: readonly Recent[] = [];
const listeners = new Set<() => void>();

export function noteRecent(recent: Recent): void {
  const first = recents[0];
  if (first?.id === recent.id && first.title === recent.title) return;
  recents = [recent, ...recents.filter((one) => one.id !== recent.id)].slice(0, 8);
  listeners.forEach((listener) => listener());
}

export function clearRecents(): void {
  recents = [];
  listeners.forEach((listener) => listener());
}

export const useRecents = (): readonly Recent[] =>
  useSyncExternalStore((listener) => { listeners.add(listener); return () => listeners.delete(listener); }, () => recents);
