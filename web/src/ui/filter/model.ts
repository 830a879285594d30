/** The filter as people edit it: groups of two levels at most, each joined by AND or OR. */
import type { Condition, FieldKind, Filter, FilterOp } from '@/api/types';

export interface FilterRow { id: number; field: string; op: FilterOp; value: unknown }
export interface FilterGroup { id: number; join: 'and' | 'or'; items: (FilterRow | FilterGroup)[] }

export const isGroup = (item: FilterRow | FilterGroup): item is FilterGroup => 'items' in item;

let counter = 0;
export const nextId = (): number => (counter += 1);
export const emptyGroup = (join: 'and' | 'or' = 'and'): FilterGroup => ({ id: nextId(), join, items: [] });

const ORDER: FilterOp[] = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'between', 'is_empty', 'is_not_empty'];
const TEXT: FilterOp[] = ['contains', 'eq', 'ne', 'starts_with', 'ends_with', 'is_empty', 'is_not_empty'];
const CHOICE: FilterOp[] = ['in', 'not_in', 'is_empty', 'is_not_empty'];
const LINK: FilterOp[] = ['eq', 'ne', 'is_empty', 'is_not_empty'];

/** Comparisons that make sense for a kind, the usual one first. */
export function operatorsFor(kind: FieldKind, sealed: boolean): FilterOp[] {
  // A sealed field can be found by its exact value only: its order and parts are unknown to the server.
  if (sealed) return ['eq', 'is_empty', 'is_not_empty'];
  switch (kind) {
    case 'integer': case 'money': case 'percent': return ORDER;
    case 'date': case 'date_time': return ['between', 'eq', 'gte', 'lte', 'is_empty', 'is_not_empty'];
    case 'boolean': return ['eq'];
    case 'select': case 'multi_select': return CHOICE;
    case 'reference': case 'person': return LINK;
    default: return TEXT;
  }
}

export const needsValue = (op: FilterOp): boolean => op !== 'is_empty' && op !== 'is_not_empty';

function complete(row: FilterRow): boolean {
  if (!needsValue(row.op)) return true;
  if (Array.isArray(row.value)) return row.value.length > 0 && row.value.every((one) => one !== null && one !== '');
  return row.value !== null && row.value !== undefined && row.value !== '';
}

/** What the server is asked; rows that are not filled in yet are left out. */
export function toFilter(group: FilterGroup): Filter | undefined {
  const parts: Filter[] = [];
  for (const item of group.items) {
    if (isGroup(item)) {
      const inner = toFilter(item);
      if (inner) parts.push(inner);
    } else if (complete(item)) {
      parts.push(needsValue(item.op) ? { field: item.field, op: item.op, value: item.value } : { field: item.field, op: item.op });
    }
  }
  if (parts.length === 0) return undefined;
  if (parts.length === 1) return parts[0];
  return group.join === 'and' ? { and: parts } : { or: parts };
}

/** Reads a filter back for editing; what the builder cannot show (`not`, a third level) gives null. */
export function fromFilter(filter: Filter | null | undefined): FilterGroup | null {
  if (!filter) return emptyGroup();
  if ('field' in filter) return { ...emptyGroup(), items: [toRow(filter)] };
  const group = readGroup(filter, 2);
  return group;
}

const toRow = (condition: Condition): FilterRow => ({ id: nextId(), field: condition.field, op: condition.op, value: condition.value ?? null });

function readGroup(filter: Filter, depth: number): FilterGroup | null {
  if (depth === 0 || 'not' in filter || 'field' in filter) return null;
  const join = 'and' in filter ? 'and' : 'or';
  const group = emptyGroup(join);
  for (const part of 'and' in filter ? filter.and : filter.or) {
    if ('field' in part) {
      group.items.push(toRow(part));
    } else {
      const inner = readGroup(part, depth - 1);
      if (!inner) return null;
      group.items.push(inner);
    }
  }
  return group;
}

/** Number of filled-in conditions. */
export function countConditions(filter: Filter | null | undefined): number {
  if (!filter) return 0;
  if ('field' in filter) return 1;
  if ('not' in filter) return countConditions(filter.not);
  return ('and' in filter ? filter.and : filter.or).reduce((sum, part) => sum + countConditions(part), 0);
}
