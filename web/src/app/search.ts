/** The search part of the addresses of lists and records. */
import type { Filter, Sort } from '@/api/types';
import type { Density } from '@/theme/tokens';
import { MOST_SORTED } from '@/ui/grid/types';

export interface ListSearch {
  view?: string;
  q?: string;
  filter?: Filter;
  sort?: Sort[];
  /** Columns in their order, each with its width where it was changed: `name:240,account`. */
  cols?: string;
  density?: Density;
  /** `1` opens the form for a new record. */
  new?: 1;
}

export function listSearch(search: Record<string, unknown>): ListSearch {
  const out: ListSearch = {};
  if (typeof search['view'] === 'string') out.view = search['view'];
  if (typeof search['q'] === 'string' || typeof search['q'] === 'number') out.q = String(search['q']);
  if (isFilter(search['filter'])) out.filter = search['filter'];
  if (Array.isArray(search['sort'])) out.sort = search['sort'].filter(isSort).slice(0, MOST_SORTED);
  if (typeof search['cols'] === 'string' && readColumns(search['cols']).length > 0) out.cols = search['cols'];
  if (search['density'] === 'compact' || search['density'] === 'normal' || search['density'] === 'relaxed') out.density = search['density'];
  if (search['new'] === 1 || search['new'] === true) out.new = 1;
  return out;
}

/** `facts` is a tab on phones; wider windows show them beside the tabs. */
export interface Column { key: string; width?: number }
export const writeColumns = (columns: readonly Column[]): string => columns.map(({ key, width }) => (width === undefined ? key : `${key}:${Math.round(width)}`)).join(',');

/** The columns of an address; what is no key or no width is left out. */
export function readColumns(text: string): Column[] {
  return text.split(',').slice(0, 100).flatMap((part) => {
    const [, key, width] = /^(_?[a-z][a-z0-9_]*)(?::(\d{2,4}))?$/.exec(part) ?? [];
    if (!key) return [];
    return [width && Number(width) >= 40 && Number(width) <= 2000 ? { key, width: Number(width) } : { key }];
  });
}

export type RecordTab = 'facts' | 'timeline' | 'history' | 'looks' | 'sharing';
export interface RecordSearch { tab?: RecordTab; edit?: 1 }
const TABS: readonly string[] = ['facts', 'timeline', 'history', 'looks', 'sharing'];

export function recordSearch(search: Record<string, unknown>): RecordSearch {
  const out: RecordSearch = {};
  if (typeof search['tab'] === 'string' && TABS.includes(search['tab'])) out.tab = search['tab'] as RecordTab;
  if (search['edit'] === 1) out.edit = 1;
  return out;
}

/** `import` names the import, `step` a step one went back to; everything else the server knows. */
export interface ImportSearch { import?: string; step?: 'mapping' | 'source' }

export function importSearch(search: Record<string, unknown>): ImportSearch {
  const out: ImportSearch = {};
  if (typeof search['import'] === 'string') out.import = search['import'];
  if (search['step'] === 'mapping' || search['step'] === 'source') out.step = search['step'];
  return out;
}

function isSort(value: unknown): value is Sort {
  return typeof value === 'object' && value !== null && typeof (value as Sort).field === 'string' && typeof (value as Sort).descending === 'boolean';
}

/** Accepts only the shapes the filter grammar knows, to a depth of six. */
export function isFilter(value: unknown, depth = 6): value is Filter {
  if (typeof value !== 'object' || value === null || depth === 0) return false;
  const record = value as Record<string, unknown>;
  if ('field' in record) return typeof record['field'] === 'string' && typeof record['op'] === 'string';
  if ('not' in record) return isFilter(record['not'], depth - 1);
  const parts = record['and'] ?? record['or'];
  return Array.isArray(parts) && parts.every((part) => isFilter(part, depth - 1));
}
