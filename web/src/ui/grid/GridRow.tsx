import { memo, type MouseEvent, type ReactNode } from 'react';
import { useText } from '@/i18n/text';
import { cx } from '../classes';
import type { EditorProps, GridColumn } from './types';
import type { CellAt } from './useGridKeyboard';

interface GridRowProps<R> {
  row: R;
  index: number;
  start: number;
  height: number;
  base: string;
  columns: readonly GridColumn<R>[];
  selectable: boolean;
  selected: boolean;
  activeColumn: number | null;
  editingColumn: number | null;
  label: string;
  editor?: (props: EditorProps<R>) => ReactNode;
  rowActions?: (row: R) => ReactNode;
  onPick: (index: number, range: boolean) => void;
  onCellClick: (event: MouseEvent, index: number, column: number) => void;
  onCellDoubleClick: (at: CellAt) => void;
  onLeaveEditor: (value: { value: unknown } | null, move?: 'next' | 'previous' | 'down') => void;
}

function Row<R>(props: GridRowProps<R>) {
  const { row, index, columns, selected, editor } = props;
  const t = useText();
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={props.selectable ? selected : undefined}
      className={cx('kd-grid-row', selected && 'kd-grid-row-selected', props.activeColumn !== null && 'kd-grid-row-active')}
      style={{ transform: `translateY(${props.start}px)`, height: props.height }}
    >
      {props.selectable ? (
        <div role="gridcell" aria-colindex={1} className="kd-grid-cell kd-grid-select">
          <input type="checkbox" tabIndex={-1} className="kd-check" checked={selected} aria-label={t('grid.selectRow', { name: props.label })} onChange={() => undefined} onClick={(event) => props.onPick(index, event.shiftKey)} />
        </div>
      ) : null}
      {columns.map((column, at) => {
        const isEditing = props.editingColumn === at && editor;
        return (
          <div
            key={column.key}
            id={`${props.base}r${index}c${at}`}
            role="gridcell"
            aria-colindex={at + (props.selectable ? 2 : 1)}
            aria-readonly={editor ? !column.editable?.(row) : undefined}
            className={cx('kd-grid-cell', at === 0 && 'kd-grid-first', column.align === 'end' && 'kd-grid-end', props.activeColumn === at && 'kd-grid-cell-active', isEditing && 'kd-grid-cell-editing')}
            onClick={(event) => props.onCellClick(event, index, at)}
            onDoubleClick={() => at > 0 && props.onCellDoubleClick({ row: index, column: at })}
          >
            {isEditing
              ? editor({
                  row,
                  column: column.key,
                  commit: (value, move) => props.onLeaveEditor({ value }, move),
                  cancel: () => props.onLeaveEditor(null),
                })
              : column.render(row)}
          </div>
        );
      })}
      <div role={props.rowActions ? 'gridcell' : 'presentation'} aria-colindex={props.rowActions ? columns.length + (props.selectable ? 2 : 1) : undefined} className="kd-grid-tail">{props.rowActions ? <div className="kd-grid-actions">{props.rowActions(row)}</div> : null}</div>
    </div>
  );
}

/** Rendered again only when something it shows has changed. */
export const GridRow = memo(Row, (before, after) =>
  before.row === after.row &&
  before.index === after.index &&
  before.start === after.start &&
  before.height === after.height &&
  before.columns === after.columns &&
  before.selected === after.selected &&
  before.selectable === after.selectable &&
  before.activeColumn === after.activeColumn &&
  before.editingColumn === after.editingColumn &&
  (after.editingColumn === null || before.editor === after.editor) &&
  before.onPick === after.onPick,
) as typeof Row;
