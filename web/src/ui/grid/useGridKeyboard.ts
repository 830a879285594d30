import { useCallback, type KeyboardEvent } from 'react';

export interface CellAt { row: number; column: number }

interface Options {
  rows: number;
  columns: number;
  pageSize: () => number;
  active: CellAt | null;
  setActive: (at: CellAt) => void;
  editing: boolean;
  onEnter: (at: CellAt) => void;
  onSpace: (at: CellAt, shift: boolean) => void;
  onEscape: () => void;
  onSelectAll: () => void;
}

/** Where a key leads from a cell; null when the key does not move. */
export function nextCell(key: string, control: boolean, from: CellAt, size: { rows: number; columns: number; page: number }): CellAt | null {
  const clamp = (row: number, column: number): CellAt => ({
    row: Math.max(0, Math.min(size.rows - 1, row)),
    column: Math.max(0, Math.min(size.columns - 1, column)),
  });
  switch (key) {
    case 'ArrowDown': return clamp(from.row + 1, from.column);
    case 'ArrowUp': return clamp(from.row - 1, from.column);
    case 'ArrowRight': return clamp(from.row, from.column + 1);
    case 'ArrowLeft': return clamp(from.row, from.column - 1);
    case 'PageDown': return clamp(from.row + size.page, from.column);
    case 'PageUp': return clamp(from.row - size.page, from.column);
    case 'Home': return clamp(control ? 0 : from.row, 0);
    case 'End': return clamp(control ? size.rows - 1 : from.row, size.columns - 1);
    default: return null;
  }
}

/** The keys of the ARIA grid pattern, plus space to choose and Enter or F2 to open or edit. */
export function useGridKeyboard(options: Options): (event: KeyboardEvent) => void {
  return useCallback(
    (event) => {
      const { active, editing } = options;
      if (editing || options.rows === 0) return;
      const target = event.target as HTMLElement;
      if (target !== event.currentTarget && target.closest('input, textarea, [role=menu], [role=listbox], [role=columnheader]')) return;
      const from = active ?? { row: 0, column: 0 };
      const to = nextCell(event.key, event.ctrlKey || event.metaKey, from, { rows: options.rows, columns: options.columns, page: options.pageSize() });
      if (to) {
        event.preventDefault();
        options.setActive(active ? to : from);
      } else if (target !== event.currentTarget) {
        return;
      } else if (event.key === 'Enter' || event.key === 'F2') {
        event.preventDefault();
        options.onEnter(from);
      } else if (event.key === ' ') {
        event.preventDefault();
        options.onSpace(from, event.shiftKey);
      } else if (event.key === 'Escape') {
        options.onEscape();
      } else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        options.onSelectAll();
      }
    },
    [options],
  );
}
