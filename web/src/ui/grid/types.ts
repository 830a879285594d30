import type { ReactNode } from 'react';
import type { Density } from '@/theme/tokens';

export interface GridSort { field: string; descending: boolean }
/** More columns than these the server does not sort by. */
export const MOST_SORTED = 3;

export interface GridColumn<R> {
  key: string;
  title: string;
  width: number;
  minWidth?: number;
  /** Share of the room that is left over when the columns are narrower than the window. */
  grow?: number;
  align?: 'start' | 'end';
  sortable?: boolean;
  /** Why the column cannot be sorted, shown in its menu. */
  sortHint?: string;
  render: (row: R) => ReactNode;
  /** True when the cell of this row can be edited in place. */
  editable?: (row: R) => boolean;
  /** Marks a column with personal data by a small padlock in the head. */
  locked?: boolean;
}

/** Rows picked one by one, or all that match the list's query except some. */
export type GridSelection = { mode: 'some'; ids: ReadonlySet<string> } | { mode: 'all'; except: ReadonlySet<string> };
export const NOTHING: GridSelection = { mode: 'some', ids: new Set() };

export const isSelected = (selection: GridSelection, id: string): boolean =>
  selection.mode === 'some' ? selection.ids.has(id) : !selection.except.has(id);

/** Number of chosen rows; null when the total is unknown. */
export function selectedCount(selection: GridSelection, total: number | null): number | null {
  if (selection.mode === 'some') return selection.ids.size;
  return total === null ? null : Math.max(0, total - selection.except.size);
}

export function toggleSelected(selection: GridSelection, id: string): GridSelection {
  const set = new Set(selection.mode === 'some' ? selection.ids : selection.except);
  if (!set.delete(id)) set.add(id);
  return selection.mode === 'some' ? { mode: 'some', ids: set } : { mode: 'all', except: set };
}

export interface EditorProps<R> {
  row: R;
  column: string;
  /** Saves the value and leaves the cell; `move` then goes to a neighbour. */
  commit: (value: unknown, move?: 'next' | 'previous' | 'down') => void;
  cancel: () => void;
}

export interface GridProps<R> {
  /** Spoken name of the grid. */
  label: string;
  rows: readonly R[];
  rowId: (row: R) => string;
  rowLabel: (row: R) => string;
  columns: readonly GridColumn<R>[];
  /** Exact number of rows, or null when unknown. */
  total: number | null;
  density: Density;
  sort: readonly GridSort[];
  onSort: (sort: GridSort[]) => void;
  selection: GridSelection;
  onSelection: (selection: GridSelection) => void;
  selectable?: boolean;
  onOpen: (row: R) => void;
  hasMore: boolean;
  loadingMore: boolean;
  onLoadMore: () => void;
  onResize: (key: string, width: number) => void;
  onMove: (key: string, before: string | null) => void;
  onHide: (key: string) => void;
  editor?: (props: EditorProps<R>) => ReactNode;
  onEdit?: (row: R, column: string, value: unknown) => void;
  /** What a row looks like on a phone. */
  card: (row: R) => ReactNode;
  /** Shown at the end of a row on hover and focus. */
  rowActions?: (row: R) => ReactNode;
}
