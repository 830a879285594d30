/** Column layout and density changed during this visit, per object and view, until saved into a view. */
import { useSyncExternalStore } from 'react';
import type { Density } from '@/theme/tokens';

export interface Layout { columns?: { key: string; width?: number }[]; density?: Density }

const layouts = new Map<string, Layout>();
const listeners = new Set<() => void>();
const NONE: Layout = {};

export function setLayout(key: string, patch: Layout): void {
  layouts.set(key, { ...layouts.get(key), ...patch });
  listeners.forEach((listener) => listener());
}

export function clearLayout(key: string): void {
  layouts.delete(key);
  listeners.forEach((listener) => listener());
}

export const keptLayout = (key: string): Layout => layouts.get(key) ?? NONE;

export const useLayout = (key: string): Layout =>
  useSyncExternalStore((listener) => { listeners.add(listener); return () => listeners.delete(listener); }, () => layouts.get(key) ?? NONE);
