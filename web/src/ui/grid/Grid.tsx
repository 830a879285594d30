/**
 * The list of records: virtual rows, frozen first columns, sorting, resizing, editing in place and
 * choosing over pages, all with the keyboard. It never renders more rows than the window shows.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useId, useMemo, useRef, useState, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { rowHeight } from '@/theme/tokens';
import { SkeletonLines } from '../States';
import { usePhone } from '../useMedia';
import { GridCards } from './GridCards';
import { GridHeader } from './GridHeader';
import { GridRow } from './GridRow';
import { toggleSelected, type GridProps } from './types';
import { useGridKeyboard, type CellAt } from './useGridKeyboard';
import './grid.css';

const OVERSCAN = 8;
const SELECT_WIDTH = 40;

export function Grid<R>(props: GridProps<R>) {
  const phone = usePhone();
  return phone ? <GridCards {...props} /> : <GridTable {...props} />;
}

function GridTable<R>(props: GridProps<R>) {
  const { rows, columns, rowId, density, selection, onSelection, selectable = true, hasMore, loadingMore, onLoadMore } = props;
  const { t } = useTranslation();
  const base = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<CellAt | null>(null);
  const [editing, setEditing] = useState<CellAt | null>(null);
  const [drafts, setDrafts] = useState<Record<string, number>>({});
  const lastPicked = useRef<number | null>(null);

  const height = rowHeight[density];
  const virtual = useVirtualizer({
    count: rows.length + (hasMore ? 1 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
    scrollPaddingStart: height,
  });
  useEffect(() => virtual.measure(), [height, virtual]);

  const items = virtual.getVirtualItems();
  const lastIndex = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !loadingMore && rows.length > 0 && lastIndex >= rows.length - 20) onLoadMore();
  }, [hasMore, loadingMore, lastIndex, rows.length, onLoadMore]);

  const widths = useMemo(() => columns.map((column) => drafts[column.key] ?? column.width), [columns, drafts]);
  const select = selectable ? SELECT_WIDTH : 0;
  const tracks = columns.map((column, at) => (column.grow && drafts[column.key] === undefined ? `minmax(${widths[at]}px, ${column.grow}fr)` : `${widths[at]}px`));
  const template = `${select ? `${select}px ` : ''}${tracks.join(' ')} ${tracks.some((track) => track.endsWith('fr)')) ? '16px' : 'minmax(16px, 1fr)'}`;
  const width = select + widths.reduce((sum, one) => sum + one, 0) + 16;

  const pick = useCallback(
    (index: number, range: boolean) => {
      const row = rows[index];
      if (!row) return;
      if (range && lastPicked.current !== null && selection.mode === 'some') {
        const [from, to] = [Math.min(lastPicked.current, index), Math.max(lastPicked.current, index)];
        const ids = new Set(selection.ids);
        for (const one of rows.slice(from, to + 1)) ids.add(rowId(one));
        onSelection({ mode: 'some', ids });
      } else {
        onSelection(toggleSelected(selection, rowId(row)));
      }
      lastPicked.current = index;
    },
    [rows, rowId, selection, onSelection],
  );

  const startEdit = useCallback(
    (at: CellAt) => {
      const row = rows[at.row];
      const column = columns[at.column];
      if (row && column && props.editor && column.editable?.(row)) setEditing(at);
      else if (row) props.onOpen(row);
    },
    [rows, columns, props],
  );

  const onKeyDown = useGridKeyboard({
    rows: rows.length,
    columns: columns.length,
    pageSize: () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / height) - 2),
    active,
    setActive: (at) => {
      setActive(at);
      virtual.scrollToIndex(at.row, { align: 'auto' });
      keepColumnVisible(scroller.current, at.column, widths, select);
    },
    editing: editing !== null,
    onEnter: (at) => (at.column === 0 ? rows[at.row] !== undefined && props.onOpen(rows[at.row] as R) : startEdit(at)),
    onSpace: (at, shift) => pick(at.row, shift),
    onEscape: () => setActive(null),
    onSelectAll: () => onSelection({ mode: 'some', ids: new Set(rows.map(rowId)) }),
  });

  const focusGrid = useCallback(() => scroller.current?.focus({ preventScroll: true }), []);
  const leaveEditor = (value: { value: unknown } | null, move?: 'next' | 'previous' | 'down'): void => {
    const at = editing;
    setEditing(null);
    if (!at) return;
    const row = rows[at.row];
    const column = columns[at.column];
    if (value && row && column) props.onEdit?.(row, column.key, value.value);
    const step = move === 'next' ? 1 : move === 'previous' ? -1 : 0;
    const next = { row: Math.min(rows.length - 1, at.row + (move === 'down' ? 1 : 0)), column: Math.min(columns.length - 1, Math.max(0, at.column + step)) };
    setActive(next);
    const nextRow = rows[next.row];
    if (step !== 0 && nextRow && columns[next.column]?.editable?.(nextRow)) setEditing(next);
    else focusGrid();
  };

  const onRowClick = (event: MouseEvent, index: number, column: number): void => {
    if ((event.target as HTMLElement).closest('button, a, input, label, [role=checkbox]')) return;
    setActive({ row: index, column });
    focusGrid();
    const row = rows[index];
    if (column === 0 && row) props.onOpen(row);
  };

  const cellId = (row: number, column: number): string => `${base}r${row}c${column}`;
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={props.label}
      aria-rowcount={props.total === null ? -1 : props.total + 1}
      aria-colcount={columns.length + (selectable ? 1 : 0) + (props.rowActions ? 1 : 0)}
      aria-multiselectable={selectable || undefined}
      aria-activedescendant={active ? cellId(active.row, active.column) : undefined}
      aria-busy={loadingMore || undefined}
      tabIndex={0}
      className={`kd-grid kd-grid-${density}`}
      onKeyDown={onKeyDown}
      onFocus={(event) => event.target === event.currentTarget && !active && rows.length > 0 && setActive({ row: items[0]?.index ?? 0, column: 0 })}
    >
      <div className="kd-grid-inner" role="presentation" style={{ width, '--kd-cols': template, '--kd-frozen': `${select}px` } as React.CSSProperties}>
        <GridHeader {...props} selectable={selectable} widths={widths} onDraftWidth={(key, next) => setDrafts((all) => withDraft(all, key, next))} />
        <div className="kd-grid-body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined) {
              return (
                <div key="more" className="kd-grid-more" role="presentation" style={{ transform: `translateY(${item.start}px)`, height }}>
                  <span className="kd-visually-hidden">{t('grid.loadingMore')}</span>
                  <SkeletonLines lines={1} />
                </div>
              );
            }
            return (
              <GridRow<R>
                key={rowId(row)}
                row={row}
                index={item.index}
                start={item.start}
                height={height}
                base={base}
                columns={columns}
                selectable={selectable}
                selected={selection.mode === 'some' ? selection.ids.has(rowId(row)) : !selection.except.has(rowId(row))}
                activeColumn={active?.row === item.index ? active.column : null}
                editingColumn={editing?.row === item.index ? editing.column : null}
                label={props.rowLabel(row)}
                editor={props.editor}
                rowActions={props.rowActions}
                onPick={pick}
                onCellClick={onRowClick}
                onCellDoubleClick={startEdit}
                onLeaveEditor={leaveEditor}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

function withDraft(all: Record<string, number>, key: string, width: number | null): Record<string, number> {
  if (width !== null) return { ...all, [key]: width };
  const { [key]: _gone, ...rest } = all;
  return rest;
}

/** Scrolls sideways until the column stands clear of the frozen ones. */
function keepColumnVisible(element: HTMLElement | null, column: number, widths: readonly number[], select: number): void {
  if (!element || column === 0) return;
  const frozen = select + (widths[0] ?? 0);
  const left = select + widths.slice(0, column).reduce((sum, one) => sum + one, 0);
  const right = left + (widths[column] ?? 0);
  if (left - frozen < element.scrollLeft) element.scrollLeft = left - frozen;
  else if (right > element.scrollLeft + element.clientWidth) element.scrollLeft = right - element.clientWidth + 16;
}
