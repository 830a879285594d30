/** The input inside a cell: Enter saves, Escape leaves it as it was, Tab saves and goes on. */
import { useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { FieldValue, ObjectView, RecordView } from '@/api/types';
import { isNamed, isReference } from '@/api/types';
import { useFormats } from '@/i18n/format';
import type { EditorProps } from '@/ui/grid/types';
import { FieldInput } from './FieldInput';

const CHOSEN_AT_ONCE: readonly string[] = ['select', 'reference', 'person', 'boolean', 'date'];

export function CellEditor({ object, row, column, commit, cancel }: EditorProps<RecordView> & { object: ObjectView }) {
  const { pick } = useFormats();
  const field = object.fields.find((one) => one.key === column);
  const before = row.values[column];
  const [value, setValue] = useState<FieldValue | undefined>(before);
  const box = useRef<HTMLDivElement>(null);
  const done = useRef(false);
  // With the focus, before the next key: what is typed replaces what was there.
  useLayoutEffect(() => {
    const input = box.current?.querySelector<HTMLInputElement>('input');
    input?.focus();
    if (input && field?.kind !== 'select') input.select?.();
  }, [field?.kind]);
  if (!field) return null;
  const same = (next: FieldValue | undefined): boolean => {
    const plain = (one: FieldValue | undefined): unknown => (isReference(one) || isNamed(one) ? one.id : (one ?? null));
    return JSON.stringify(plain(next)) === JSON.stringify(plain(before)) || (next === '' && before === null);
  };
  const save = (next: FieldValue | undefined, move?: 'next' | 'previous' | 'down'): void => {
    if (done.current) return;
    if (same(next) && !move) {
      done.current = true;
      cancel();
      return;
    }
    done.current = true;
    if (same(next)) commit(undefined, move);
    else commit(next === '' ? null : next, move);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    event.stopPropagation();
    if (event.key === 'Escape') {
      done.current = true;
      cancel();
    } else if (event.key === 'Tab') {
      event.preventDefault();
      save(value, event.shiftKey ? 'previous' : 'next');
    } else if (event.key === 'Enter' && field.kind !== 'select' && field.kind !== 'multi_select' && field.kind !== 'reference' && field.kind !== 'person') {
      event.preventDefault();
      save(value, 'down');
    }
  };
  return (
    <div
      ref={box}
      className="kd-cell-editor"
      onKeyDown={onKeyDown}
      onBlur={(event) => {
        const next = event.relatedTarget as Node | null;
        if (next && (box.current?.contains(next) || (next as HTMLElement).closest?.('.ant-select-dropdown, .ant-picker-dropdown'))) return;
        window.setTimeout(() => { if (!box.current?.contains(document.activeElement) && !document.querySelector('.ant-picker-dropdown:not(.ant-picker-dropdown-hidden)')) save(value); }, 120);
      }}
    >
      <FieldInput
        field={field}
        value={value}
        inGrid
        autoFocus
        label={pick(field)}
        onChange={(next) => {
          setValue(next);
          if (CHOSEN_AT_ONCE.includes(field.kind)) save(next);
        }}
      />
    </div>
  );
}
