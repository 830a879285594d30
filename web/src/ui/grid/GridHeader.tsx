import { useRef, useState, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../classes';
import { Icon } from '../icons';
import { Menu, type MenuItem } from '../Menu';
import { Tooltip } from '../Tooltip';
import { MOST_SORTED, NOTHING, type GridColumn, type GridProps, type GridSort } from './types';

interface HeaderProps<R> extends GridProps<R> {
  widths: readonly number[];
  onDraftWidth: (key: string, width: number | null) => void;
}

export function GridHeader<R>(props: HeaderProps<R>) {
  const { columns, selection, rows, rowId, onSelection } = props;
  const { t } = useTranslation();
  const [dragged, setDragged] = useState<string | null>(null);
  const [target, setTarget] = useState<string | null>(null);
  const loaded = rows.length > 0 && (selection.mode === 'all' ? selection.except.size === 0 : rows.every((row) => selection.ids.has(rowId(row))));
  const some = selection.mode === 'all' ? selection.except.size > 0 : selection.ids.size > 0 && !loaded;
  return (
    <div role="rowgroup" className="kd-grid-head">
      <div role="row" aria-rowindex={1} className="kd-grid-row kd-grid-head-row">
        {props.selectable ? (
          <div role="columnheader" aria-colindex={1} className="kd-grid-cell kd-grid-select">
            <input
              type="checkbox"
              tabIndex={-1}
              className="kd-check"
              checked={loaded}
              ref={(box) => { if (box) box.indeterminate = some; }}
              aria-label={t('grid.selectLoaded')}
              onChange={() => onSelection(loaded || some ? NOTHING : { mode: 'some', ids: new Set(rows.map(rowId)) })}
            />
          </div>
        ) : null}
        {columns.map((column, at) => (
          <HeaderCell
            key={column.key}
            {...props}
            column={column}
            at={at}
            width={props.widths[at] ?? column.width}
            dragging={dragged === column.key}
            dropBefore={target === column.key && dragged !== null && dragged !== column.key}
            onDragKey={setDragged}
            onOver={setTarget}
            onDrop={() => {
              if (dragged && dragged !== column.key && at > 0) props.onMove(dragged, column.key);
              setDragged(null);
              setTarget(null);
            }}
          />
        ))}
        <div role="presentation" className="kd-grid-tail" />
      </div>
    </div>
  );
}

interface CellProps<R> extends HeaderProps<R> {
  column: GridColumn<R>;
  at: number;
  width: number;
  dragging: boolean;
  dropBefore: boolean;
  onDragKey: (key: string | null) => void;
  onOver: (key: string | null) => void;
  onDrop: () => void;
}

/** The sort order after a click: alone, or with shift added to the others; a fourth takes the place of the last. */
export function toggleSort(sort: readonly GridSort[], field: string, add: boolean): GridSort[] {
  const now = sort.find((one) => one.field === field);
  const next: GridSort | null = !now ? { field, descending: false } : now.descending ? null : { field, descending: true };
  if (!add) return next ? [next] : [];
  const rest = sort.filter((one) => one.field !== field);
  if (!next) return rest;
  return now ? sort.map((one) => (one.field === field ? next : one)) : [...rest.slice(0, MOST_SORTED - 1), next];
}

function HeaderCell<R>({ column, at, width, ...props }: CellProps<R>) {
  const { t } = useTranslation();
  const order = props.sort.findIndex((one) => one.field === column.key);
  const sorted = props.sort[order];
  const setSort = (descending: boolean): void => props.onSort([{ field: column.key, descending }]);
  const items: MenuItem[] = [
    { key: 'asc', label: t('grid.sortAscending'), icon: 'arrow-up', disabled: !column.sortable, checked: sorted ? !sorted.descending : false, onSelect: () => setSort(false) },
    { key: 'desc', label: t('grid.sortDescending'), icon: 'arrow-down', disabled: !column.sortable, checked: sorted?.descending, onSelect: () => setSort(true) },
    { key: 'add', label: t('grid.sortAlso'), icon: 'sort', disabled: !column.sortable || props.sort.length === 0 || props.sort.length >= MOST_SORTED || Boolean(sorted), onSelect: () => props.onSort(toggleSort(props.sort, column.key, true)) },
    { key: 'clear', label: t('grid.sortClear'), icon: 'close', disabled: !sorted, onSelect: () => props.onSort(props.sort.filter((one) => one.field !== column.key)) },
    { kind: 'divider', key: 'd1' },
    { key: 'left', label: t('grid.moveLeft'), icon: 'arrow-left', disabled: at < 2, onSelect: () => props.onMove(column.key, props.columns[at - 1]?.key ?? null) },
    { key: 'right', label: t('grid.moveRight'), icon: 'arrow-right', disabled: at === 0 || at >= props.columns.length - 1, onSelect: () => props.onMove(column.key, props.columns[at + 2]?.key ?? null) },
    { key: 'wider', label: t('grid.wider'), icon: 'widen', onSelect: () => props.onResize(column.key, width + 40) },
    { key: 'narrower', label: t('grid.narrower'), icon: 'narrow', onSelect: () => props.onResize(column.key, Math.max(column.minWidth ?? 72, width - 40)) },
    { kind: 'divider', key: 'd2' },
    { key: 'hide', label: t('grid.hideColumn'), icon: 'eye-off', disabled: at === 0, onSelect: () => props.onHide(column.key) },
  ];
  return (
    <div
      role="columnheader"
      aria-colindex={at + (props.selectable ? 2 : 1)}
      aria-sort={sorted ? (sorted.descending ? 'descending' : 'ascending') : undefined}
      className={cx('kd-grid-cell kd-grid-head-cell', at === 0 && 'kd-grid-first', column.align === 'end' && 'kd-grid-end', props.dragging && 'kd-grid-dragging', props.dropBefore && 'kd-grid-drop')}
      onDragOver={(event) => { if (at > 0) { event.preventDefault(); props.onOver(column.key); } }}
      onDrop={(event) => { event.preventDefault(); props.onDrop(); }}
    >
      <button
        type="button"
        tabIndex={-1}
        className="kd-grid-head-button"
        draggable={at > 0}
        disabled={!column.sortable && at === 0}
        onDragStart={(event) => { event.dataTransfer.effectAllowed = 'move'; event.dataTransfer.setData('text/plain', column.key); props.onDragKey(column.key); }}
        onDragEnd={() => props.onDragKey(null)}
        onClick={(event) => column.sortable && props.onSort(toggleSort(props.sort, column.key, event.shiftKey))}
      >
        <span className="kd-truncate">{column.title}</span>
        {column.locked ? <Tooltip title={column.sortHint ?? t('grid.personalData')}><span className="kd-grid-lock"><Icon name="lock" size={11} /></span></Tooltip> : null}
        {sorted ? (
          <span className="kd-grid-sort">
            <Icon name={sorted.descending ? 'arrow-down' : 'arrow-up'} size={13} />
            {props.sort.length > 1 ? <small>{order + 1}</small> : null}
          </span>
        ) : null}
      </button>
      <Menu items={items} placement="bottomRight">
        <button type="button" className="kd-grid-head-menu" aria-label={t('grid.columnMenu', { name: column.title })}><Icon name="chevron-down" size={13} /></button>
      </Menu>
      <ResizeHandle width={width} min={column.minWidth ?? 72} onDraft={(next) => props.onDraftWidth(column.key, next)} onDone={(next) => { props.onResize(column.key, next); props.onDraftWidth(column.key, null); }} />
    </div>
  );
}

function ResizeHandle({ width, min, onDraft, onDone }: { width: number; min: number; onDraft: (width: number) => void; onDone: (width: number) => void }) {
  const start = useRef<{ x: number; width: number } | null>(null);
  const at = (event: PointerEvent): number => Math.max(min, Math.min(800, (start.current?.width ?? width) + event.clientX - (start.current?.x ?? 0)));
  return (
    <span
      className="kd-grid-resize"
      aria-hidden="true"
      onPointerDown={(event) => { event.preventDefault(); event.currentTarget.setPointerCapture(event.pointerId); start.current = { x: event.clientX, width: event.currentTarget.parentElement?.offsetWidth ?? width }; }}
      onPointerMove={(event) => { if (start.current) onDraft(at(event)); }}
      onPointerUp={(event) => { if (start.current) { const next = at(event); start.current = null; onDone(next); } }}
    />
  );
}
