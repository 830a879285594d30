/** The choices of the person as hooks. */
import { useSyncExternalStore } from 'react';
import { currentMode, motionQuery, preferences, subscribe, type Preferences } from './choices';
import type { Mode } from './tokens';

export { currentMode, preferences, setPreferences, type Appearance, type Language } from './choices';

export const usePreferences = (): Preferences => useSyncExternalStore(subscribe, preferences);
export const useMode = (): Mode => useSyncExternalStore(subscribe, currentMode);
export const useReducedMotion = (): boolean => useSyncExternalStore(subscribe, () => motionQuery.matches);
