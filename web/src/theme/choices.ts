/**
 * Appearance, language and the height of rows, the only things this page keeps in local storage.
 * Reads and writes fail silently where storage is blocked: the choice then lasts for the visit.
 * Free of any framework, because signing in needs it before the app is there.
 */
import type { Density, Mode } from './tokens';

export type Appearance = 'light' | 'dark' | 'system';
export type Language = 'zh-CN' | 'en';

export interface Preferences {
  appearance: Appearance;
  language: Language;
  /** Height of rows in lists that have no choice of their own. */
  density: Density;
}

const KEYS = { appearance: 'kd.appearance', language: 'kd.language', density: 'kd.density' } as const;
const listeners = new Set<() => void>();

function read(key: string): string | null {
  try {
    return window.localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    window.localStorage.setItem(key, value);
  } catch {
    // Storage is blocked: the choice holds until the page is closed.
  }
}

function initial(): Preferences {
  const appearance = read(KEYS.appearance);
  const language = read(KEYS.language);
  const density = read(KEYS.density);
  return {
    appearance: appearance === 'light' || appearance === 'dark' ? appearance : 'system',
    language: language === 'en' || language === 'zh-CN' ? language : navigator.language.startsWith('en') ? 'en' : 'zh-CN',
    density: density === 'compact' || density === 'relaxed' ? density : 'normal',
  };
}

let state: Preferences = initial();
const darkQuery = window.matchMedia('(prefers-color-scheme: dark)');
export const motionQuery = window.matchMedia('(prefers-reduced-motion: reduce)');

export const preferences = (): Preferences => state;

export function setPreferences(patch: Partial<Preferences>): void {
  state = { ...state, ...patch };
  write(KEYS.appearance, state.appearance);
  write(KEYS.language, state.language);
  write(KEYS.density, state.density);
  apply();
  for (const listener of listeners) listener();
}

/** The colour mode in force. */
export function currentMode(): Mode {
  if (state.appearance !== 'system') return state.appearance;
  return darkQuery.matches ? 'dark' : 'light';
}

function apply(): void {
  const root = document.documentElement;
  root.lang = state.language;
  if (state.appearance === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = state.appearance;
}

/** Calls back when a choice, or what the system prefers, has changed. */
export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  darkQuery.addEventListener('change', listener);
  motionQuery.addEventListener('change', listener);
  return () => {
    listeners.delete(listener);
    darkQuery.removeEventListener('change', listener);
    motionQuery.removeEventListener('change', listener);
  };
}

apply();
