import { fireEvent, render, screen } from '@testing-library/react';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { Grid } from './Grid';
import { toggleSort } from './GridHeader';
import { isSelected, NOTHING, selectedCount, toggleSelected, type GridProps } from './types';
import { nextCell } from './useGridKeyboard';

interface Row { id: string; name: string; note: string }
const rows: Row[] = Array.from({ length: 10_000 }, (_, at) => ({ id: `r${at}`, name: `Name ${at}`, note: `Note ${at}` }));

beforeAll(() => {
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 800 });
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => 1000 });
  Element.prototype.scrollTo = () => undefined;
});

function show(extra: Partial<GridProps<Row>> = {}) {
  const props: GridProps<Row> = {
    label: 'People', rows, rowId: (row) => row.id, rowLabel: (row) => row.name, total: rows.length, density: 'normal', sort: [], onSort: vi.fn(),
    columns: [
      { key: 'name', title: 'Name', width: 200, sortable: true, render: (row) => row.name },
      { key: 'note', title: 'Note', width: 200, sortable: true, editable: () => true, render: (row) => row.note },
    ],
    selection: NOTHING, onSelection: vi.fn(), onOpen: vi.fn(), hasMore: false, loadingMore: false, onLoadMore: vi.fn(), onResize: vi.fn(), onMove: vi.fn(), onHide: vi.fn(), card: (row) => row.name, ...extra,
  };
  render(<Grid {...props} />);
  return props;
}

describe('grid', () => {
  it('renders fewer than 80 rows of 10,000 and says how many there are', () => {
    show();
    const count = document.querySelectorAll('.kd-grid-body [role=row]').length;
    expect(count).toBeGreaterThan(10);
    expect(count).toBeLessThan(80);
    expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('10001');
    expect(document.querySelector('.kd-grid-body [role=row]')?.getAttribute('aria-rowindex')).toBe('2');
  });

  it('moves with the arrows, opens with Enter, chooses with space', () => {
    const props = show();
    const grid = screen.getByRole('grid');
    fireEvent.focus(grid);
    fireEvent.keyDown(grid, { key: 'ArrowDown' });
    fireEvent.keyDown(grid, { key: 'Enter' });
    expect(props.onOpen).toHaveBeenCalledWith(rows[1]);
    fireEvent.keyDown(grid, { key: ' ' });
    expect(props.onSelection).toHaveBeenCalledWith({ mode: 'some', ids: new Set(['r1']) });
  });

  it('edits in place and hands the value over', () => {
    const onEdit = vi.fn();
    show({ onEdit, editor: ({ commit, cancel }) => (<><button type="button" onClick={() => commit('new')}>keep</button><button type="button" onClick={cancel}>drop</button></>) });
    fireEvent.doubleClick(screen.getByText('Note 3'));
    fireEvent.click(screen.getByText('drop'));
    expect(onEdit).not.toHaveBeenCalled();
    fireEvent.doubleClick(screen.getByText('Note 3'));
    fireEvent.click(screen.getByText('keep'));
    expect(onEdit).toHaveBeenCalledWith(rows[3], 'note', 'new');
  });

  it('asks for more near the end', () => {
    const props = show({ rows: rows.slice(0, 30), hasMore: true });
    expect(props.onLoadMore).toHaveBeenCalled();
  });
});

describe('grid rules', () => {
  it('keeps a cell inside the grid', () => {
    const size = { rows: 5, columns: 3, page: 10 };
    expect(nextCell('ArrowUp', false, { row: 0, column: 0 }, size)).toEqual({ row: 0, column: 0 });
    expect(nextCell('PageDown', false, { row: 2, column: 1 }, size)).toEqual({ row: 4, column: 1 });
    expect(nextCell('End', false, { row: 2, column: 0 }, size)).toEqual({ row: 2, column: 2 });
    expect(nextCell('Home', true, { row: 4, column: 2 }, size)).toEqual({ row: 0, column: 0 });
    expect(nextCell('x', false, { row: 0, column: 0 }, size)).toBeNull();
  });

  it('sorts by one column, or by several with shift', () => {
    expect(toggleSort([], 'a', false)).toEqual([{ field: 'a', descending: false }]);
    expect(toggleSort([{ field: 'a', descending: false }], 'a', false)).toEqual([{ field: 'a', descending: true }]);
    expect(toggleSort([{ field: 'a', descending: true }], 'a', false)).toEqual([]);
    expect(toggleSort([{ field: 'a', descending: true }], 'b', true)).toEqual([{ field: 'a', descending: true }, { field: 'b', descending: false }]);
    expect(toggleSort([{ field: 'a', descending: true }], 'b', false)).toEqual([{ field: 'b', descending: false }]);
    const three = ['a', 'b', 'c'].map((field) => ({ field, descending: false }));
    expect(toggleSort(three, 'd', true).map((one) => one.field)).toEqual(['a', 'b', 'd']);
    expect(toggleSort(three, 'c', true).map((one) => one.descending)).toEqual([false, false, true]);
  });

  it('counts rows chosen over all pages', () => {
    const all = toggleSelected({ mode: 'all', except: new Set() }, 'r7');
    expect(isSelected(all, 'r7')).toBe(false);
    expect(isSelected(all, 'r8')).toBe(true);
    expect(selectedCount(all, 100)).toBe(99);
    expect(selectedCount(all, null)).toBeNull();
    expect(selectedCount(toggleSelected(NOTHING, 'r1'), null)).toBe(1);
  });
});
