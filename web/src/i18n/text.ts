/**
 * Texts for what stands in many places at once, such as the cells of a list. It listens to changes
 * of the language like `useTranslation`, without making an object of its own at every use.
 */
import i18next, { type TFunction } from 'i18next';
import { useSyncExternalStore } from 'react';

let bound: { language: string; t: TFunction } | undefined;

/** Before there are texts a key stands for itself, as with `useTranslation`. */
const keys = ((key: string) => key) as TFunction;

function current(): TFunction {
  if (!i18next.isInitialized) return keys;
  if (bound?.language !== i18next.language) bound = { language: i18next.language, t: i18next.getFixedT(i18next.language) };
  return bound.t;
}

function subscribe(listener: () => void): () => void {
  i18next.on('languageChanged', listener);
  return () => i18next.off('languageChanged', listener);
}

export const useText = (): TFunction => useSyncExternalStore(subscribe, current);
