/** Grid columns made from the metadata of an object. */
import type { TFunction } from 'i18next';
import { use } from 'react';
import type { FieldView, ObjectView, RecordView } from '@/api/types';
import { isMasked } from '@/api/types';
import { KeptContext } from '@/app/at-hand';
import type { Formats } from '@/i18n/format';
import { useText } from '@/i18n/text';
import { Person } from '@/ui/Avatar';
import type { GridColumn } from '@/ui/grid/types';
import { Icon } from '@/ui/icons';
import { MaskedText } from '@/ui/MaskedField';
import { StarButton } from '@/ui/StarButton';
import { SYSTEM } from './fields';
import { plainTitle, titleText, ValueView } from './values';

const WIDTHS: Partial<Record<FieldView['kind'], number>> = {
  name: 120, phone: 140, email: 190, money: 130, integer: 100, percent: 90, boolean: 84, date: 116, date_time: 142, select: 116, multi_select: 180, reference: 164, person: 120, auto_number: 130, long_text: 260, url: 180, code: 190,
};
const textWidth = (text: string, latin: number, han: number): number => [...text].reduce((sum, letter) => sum + (letter > '\u2e80' ? han : latin), 0);
/** Wide enough for the usual value, for the longest choice, and for the head. */
function defaultWidth(field: FieldView, title: string, formats: Formats): number {
  const head = textWidth(title, 7.2, 13) + 46 + (isSealed(field) ? 16 : 0);
  const choice = field.kind === 'select' ? Math.max(0, ...(field.options ?? []).map((option) => textWidth(formats.pick(option), 7.6, 14) + 38)) : 0;
  return Math.round(Math.max(WIDTHS[field.kind] ?? 150, Math.min(head, 240), Math.min(choice, 170)));
}

/** Kinds whose texts are long take the room that is left. */
const GROWS: Partial<Record<FieldView['kind'], number>> = { reference: 2, text: 1, long_text: 3, url: 1, email: 1, multi_select: 1 };
/** A person's name is short, a note is long; a width somebody chose stays. */
function titleWidth(field: FieldView | undefined, chosen: number | undefined): { width: number; grow?: number } {
  if (chosen !== undefined) return { width: chosen };
  if (field?.kind === 'name') return { width: 180, grow: 1 };
  return { width: field?.kind === 'long_text' ? 280 : 240, grow: 3 };
}

const NUMERIC: readonly string[] = ['money', 'integer', 'percent'];
type SystemKey = (typeof SYSTEM)[number];
const isSystem = (key: string): key is SystemKey => (SYSTEM as readonly string[]).includes(key);

export const systemLabel = (t: TFunction, key: string): string => t(`system.${key}`);

/** Every column the person may choose, the title first. */
export function choosable(object: ObjectView, formats: Formats, t: TFunction): { key: string; title: string; locked?: boolean }[] {
  return [
    { key: object.title, title: titleLabel(object, formats, t), locked: object.fields.some((field) => field.key === object.title && isSealed(field)) },
    ...object.fields.filter((field) => field.key !== object.title).map((field) => ({ key: field.key, title: formats.pick(field), locked: isSealed(field) })),
    ...SYSTEM.map((key) => ({ key, title: systemLabel(t, key) })),
  ];
}

export const isSealed = (field: FieldView): boolean => field.class === 'P2' || field.class === 'P3';

function titleLabel(object: ObjectView, formats: Formats, t: TFunction): string {
  const field = object.fields.find((one) => one.key === object.title);
  return field ? formats.pick(field) : t('record.title');
}

export function gridColumns(object: ObjectView, columns: readonly { key: string; width?: number }[], formats: Formats, t: TFunction): GridColumn<RecordView>[] {
  return columns.map(({ key, width }) => {
    const field = object.fields.find((one) => one.key === key);
    if (key === object.title) {
      return { key, title: titleLabel(object, formats, t), ...titleWidth(field, width), minWidth: 140, sortable: field?.sortable ?? false, locked: field ? isSealed(field) : false, sortHint: hint(field, t), render: (row) => <TitleCell row={row} /> };
    }
    if (isSystem(key)) {
      return { key, title: systemLabel(t, key), width: width ?? (key === '_owner' ? 120 : 130), sortable: key === '_updated_at' || key === '_created_at', render: (row) => <SystemCell row={row} column={key} formats={formats} /> };
    }
    if (!field) throw new Error(`no field ${key}`);
    return {
      key,
      title: formats.pick(field),
      width: width ?? defaultWidth(field, formats.pick(field), formats),
      grow: width === undefined ? GROWS[field.kind] : undefined,
      align: NUMERIC.includes(field.kind) ? 'end' : 'start',
      sortable: field.sortable,
      sortHint: hint(field, t),
      locked: isSealed(field),
      editable: (row) => canEdit(field, row),
      render: (row) => <ValueView field={field} value={row.values[key]} inList stage={object.stage === key} />,
    };
  });
}

const hint = (field: FieldView | undefined, t: TFunction): string | undefined => (field && isSealed(field) ? t('grid.sealedHint') : undefined);

/** Editing in place needs the right on the field, on the record, and a value that is not hidden. */
export function canEdit(field: FieldView, row: RecordView): boolean {
  return field.level === 'write' && !field.read_only && field.kind !== 'auto_number' && row.can.includes('update') && !isMasked(row.values[field.key]);
}

function TitleCell({ row }: { row: RecordView }) {
  const t = useText();
  const { ids, keep } = use(KeptContext);
  const kept = ids.has(row.id);
  const title = titleText(row.title, t('record.hiddenTitle'));
  return (
    <span className="kd-title-cell">
      {isMasked(row.title) ? <MaskedText value={row.title} compact /> : <span className="kd-text">{titleText(row.title, '—')}</span>}
      {/* What is deleted is not kept at hand. */}
      {row.deleted_at ? null : <StarButton small on={kept} tabIndex={-1} label={t(kept ? 'favourite.removeNamed' : 'favourite.addNamed', { name: title })} onChange={(next) => keep({ id: row.id, object: row.object, title: plainTitle(row.title) }, next)} />}
    </span>
  );
}

function SystemCell({ row, column, formats }: { row: RecordView; column: SystemKey; formats: Formats }) {
  switch (column) {
    case '_owner': return row.owner ? <Person name={row.owner.name} /> : <span className="kd-faint"><Icon name="pool" size={14} /></span>;
    case '_unit': return <span className="kd-text">{row.unit?.name}</span>;
    case '_created_at': return <span className="kd-faint" title={formats.dateTime(row.created_at)}>{formats.ago(row.created_at)}</span>;
    case '_updated_at': return <span className="kd-faint" title={formats.dateTime(row.updated_at)}>{formats.ago(row.updated_at)}</span>;
  }
}
