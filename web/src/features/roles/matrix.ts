/** What a role may do, arranged for reading. */
import type { FieldView, RoleView } from '@/api/types';
import type { Hue } from '@/theme/tokens';

const ACTION_ORDER = ['read', 'create', 'update', 'delete', 'restore', 'reveal', 'share', 'transfer', 'import', 'export'];
const OBJECT_ORDER = ['lead', 'account', 'contact', 'opportunity', 'follow_up'];
/** From the narrowest to the widest. */
const SCOPE_ORDER = ['own', 'shared', 'parent', 'partner_company', 'team', 'criteria', 'unit', 'subordinates', 'unit_below', 'all'];

const rank = (order: readonly string[], key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
const by = (order: readonly string[]) => (a: string, b: string): number => rank(order, a) - rank(order, b) || a.localeCompare(b);

/** The actions that at least one role of the list knows: the columns of every matrix, so that roles compare. */
export function actionColumns(roles: readonly RoleView[]): string[] {
  return [...new Set(roles.flatMap((role) => role.objects.flatMap((object) => Object.keys(object.actions))))].sort(by(ACTION_ORDER));
}

export function objectRows(roles: readonly RoleView[]): string[] {
  return [...new Set(roles.flatMap((role) => role.objects.map((object) => object.object)))].sort(by(OBJECT_ORDER));
}

/** Scopes of one cell, the widest first; what a wider one contains anyway is left out. */
export function cellScopes(role: RoleView, object: string, action: string): string[] {
  const scopes = role.objects.find((one) => one.object === object)?.actions[action] ?? [];
  if (scopes.includes('all')) return ['all'];
  const contained = new Set<string>();
  if (scopes.includes('unit_below')) contained.add('unit');
  return [...new Set(scopes)].filter((scope) => !contained.has(scope)).sort((a, b) => by(SCOPE_ORDER)(b, a));
}

/** How far a scope reaches, as a hue: own, around me, below me, everybody. */
export function scopeHue(scope: string): Hue {
  if (scope === 'all') return 'rose';
  if (scope === 'unit_below' || scope === 'subordinates') return 'amber';
  if (scope === 'unit' || scope === 'team' || scope === 'criteria') return 'blue';
  return 'teal';
}

export const LEVELS = ['none', 'masked', 'read', 'write'] as const;
export type Level = (typeof LEVELS)[number];

export interface FieldLevelRow { key: string; level: Level; class: FieldView['class'] | null }

/** Fields of an object with the level the role gives; a field that the role does not name is not seen. */
export function fieldRows(role: RoleView, object: string, known: readonly { key: string; class: string }[]): FieldLevelRow[] {
  const given = role.objects.find((one) => one.object === object)?.fields ?? [];
  const levels = new Map(given.map((one) => [one.key, one.level]));
  const keys = known.length > 0 ? [...known.map((one) => one.key), ...given.map((one) => one.key).filter((key) => !known.some((one) => one.key === key))] : given.map((one) => one.key);
  return keys.map((key) => ({ key, level: levels.get(key) ?? 'none', class: (known.find((one) => one.key === key)?.class as FieldView['class'] | undefined) ?? null }));
}

export const CLASS_HUE: Record<FieldView['class'], Hue> = { P0: 'slate', P1: 'blue', P2: 'violet', P3: 'rose' };
