import { useCallback, useSyncExternalStore } from 'react';
import { layout } from '@/theme/tokens';

/** Tells whether a media query matches, and follows it. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}

/** True on a phone: sheets instead of dialogs, cards instead of rows, tabs at the bottom. */
export const usePhone = (): boolean => useMedia(`(max-width: ${layout.phone}px)`);
