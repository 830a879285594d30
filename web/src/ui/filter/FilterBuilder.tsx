/** Edits a filter of AND and OR groups without knowing any query language. */
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldKind, FilterOp } from '@/api/types';
import { Button, IconButton } from '../Button';
import { NumberInput, Segmented, TextInput } from '../Field';
import { MultiSelect, Select, type Option } from '../Select';
import { emptyGroup, isGroup, needsValue, nextId, operatorsFor, type FilterGroup, type FilterRow } from './model';
import './filter.css';

const DateInput = lazy(() => import('../DateInput').then((module) => ({ default: module.DateInput })));

export interface FilterField {
  key: string;
  title: string;
  kind: FieldKind;
  options?: readonly Option[];
  /** True when only exact values can be found. */
  sealed: boolean;
}

/** Renders the value of a person or a reference, which needs a search on the server. */
export type LinkEditor = (props: { field: FilterField; value: string | null; onChange: (value: string | null) => void; label: string }) => React.ReactNode;

interface BuilderProps {
  fields: readonly FilterField[];
  value: FilterGroup;
  onChange: (value: FilterGroup) => void;
  linkEditor: LinkEditor;
}

export function FilterBuilder({ fields, value, onChange, linkEditor }: BuilderProps) {
  return <Group fields={fields} group={value} onChange={onChange} linkEditor={linkEditor} depth={0} />;
}

function Group({ fields, group, used = [], onChange, onRemove, linkEditor, depth }: { fields: readonly FilterField[]; group: FilterGroup; used?: readonly string[]; onChange: (group: FilterGroup) => void; onRemove?: () => void; linkEditor: LinkEditor; depth: number }) {
  const { t } = useTranslation();
  const taken = [...used, ...group.items.flatMap((one) => (isGroup(one) ? [] : [one.field]))];
  const first = fields.find((field) => !taken.includes(field.key)) ?? fields[0];
  const add = (): void => {
    if (!first) return;
    onChange({ ...group, items: [...group.items, newRow(first)] });
  };
  const put = (at: number, item: FilterRow | FilterGroup | null): void =>
    onChange({ ...group, items: group.items.flatMap((one, index) => (index === at ? (item ? [item] : []) : [one])) });
  return (
    <div className={depth > 0 ? 'kd-filter-group kd-filter-inner' : 'kd-filter-group'} role="group" aria-label={t(group.join === 'and' ? 'filter.all' : 'filter.any')}>
      {group.items.length > 1 || depth > 0 ? (
        <div className="kd-row">
          <Segmented label={t('filter.join')} value={group.join} onChange={(join) => onChange({ ...group, join })} options={[{ value: 'and', label: t('filter.all') }, { value: 'or', label: t('filter.any') }]} />
          {onRemove ? <span className="kd-end"><IconButton size="small" icon="close" label={t('filter.removeGroup')} onClick={onRemove} /></span> : null}
        </div>
      ) : null}
      {group.items.map((item, at) =>
        isGroup(item) ? (
          <Group key={item.id} fields={fields} group={item} used={taken} depth={depth + 1} linkEditor={linkEditor} onChange={(next) => put(at, next)} onRemove={() => put(at, null)} />
        ) : (
          <Row key={item.id} fields={fields} row={item} linkEditor={linkEditor} onChange={(next) => put(at, next)} onRemove={() => put(at, null)} />
        ),
      )}
      <div className="kd-row">
        <Button kind="quiet" size="small" icon="plus" onClick={add}>{t('filter.addCondition')}</Button>
        {depth === 0 ? (
          <Button kind="quiet" size="small" icon="plus" onClick={() => first && onChange({ ...group, items: [...group.items, { ...emptyGroup('or'), items: [newRow(first)] }] })}>{t('filter.addGroup')}</Button>
        ) : null}
      </div>
    </div>
  );
}

const newRow = (field: FilterField): FilterRow => ({ id: nextId(), field: field.key, op: operatorsFor(field.kind, field.sealed)[0] ?? 'eq', value: null });

function Row({ fields, row, onChange, onRemove, linkEditor }: { fields: readonly FilterField[]; row: FilterRow; onChange: (row: FilterRow) => void; onRemove: () => void; linkEditor: LinkEditor }) {
  const { t } = useTranslation();
  const field = fields.find((one) => one.key === row.field);
  const ops = field ? operatorsFor(field.kind, field.sealed) : [row.op];
  return (
    <div className="kd-filter-row">
      <Select label={t('filter.field')} search value={row.field} options={fields.map((one) => ({ value: one.key, label: one.title }))} onChange={(key) => { const next = fields.find((one) => one.key === key); if (next) onChange({ ...newRow(next), id: row.id }); }} />
      <Select label={t('filter.operator')} value={row.op} options={ops.map((op) => ({ value: op, label: t(`filter.op.${field && /^date/.test(field.kind) ? dateOp(op) : op}`) }))} onChange={(op) => op && onChange({ ...row, op: op as FilterOp, value: op === 'between' || row.op === 'between' ? null : row.value })} />
      <div className="kd-filter-value">{field && needsValue(row.op) ? <Value field={field} row={row} linkEditor={linkEditor} onChange={(value) => onChange({ ...row, value })} /> : null}</div>
      <IconButton size="small" icon="close" label={t('filter.remove')} onClick={onRemove} />
    </div>
  );
}

const dateOp = (op: FilterOp): string => (op === 'gte' ? 'after' : op === 'lte' ? 'before' : op === 'between' ? 'during' : op === 'eq' ? 'on' : op);

const RELATIVE = ['today', 'this_week', 'this_month', 'this_quarter', 'last_n_days', 'next_n_days'] as const;

function Value({ field, row, onChange, linkEditor }: { field: FilterField; row: FilterRow; onChange: (value: unknown) => void; linkEditor: LinkEditor }) {
  const { t } = useTranslation();
  const label = t('filter.value');
  switch (field.kind) {
    case 'select': case 'multi_select':
      return <MultiSelect label={label} placeholder={t('form.choose')} value={Array.isArray(row.value) ? (row.value as string[]) : []} options={field.options ?? []} onChange={onChange} />;
    case 'boolean':
      return <Select label={label} placeholder={t('form.choose')} value={row.value === null ? null : String(row.value)} options={[{ value: 'true', label: t('common.yes') }, { value: 'false', label: t('common.no') }]} onChange={(value) => onChange(value === null ? null : value === 'true')} />;
    case 'integer': case 'money': case 'percent':
      return row.op === 'between' ? <Range row={row} scale={field.kind === 'money' ? 100 : 1} onChange={onChange} /> : <Scaled label={label} value={row.value} scale={field.kind === 'money' ? 100 : 1} onChange={onChange} />;
    case 'date': case 'date_time':
      return row.op === 'between' ? <Relative value={row.value} onChange={onChange} /> : <Suspense fallback={null}><DateInput label={label} value={typeof row.value === 'string' ? row.value : null} onChange={onChange} /></Suspense>;
    case 'person': case 'reference':
      return linkEditor({ field, label, value: typeof row.value === 'string' ? row.value : null, onChange });
    default:
      return <TextInput label={label} value={typeof row.value === 'string' ? row.value : ''} onChange={onChange} />;
  }
}

/** A number shown in whole units and sent in the unit of the API, such as fen. */
function Scaled({ value, scale, onChange, label }: { value: unknown; scale: number; onChange: (value: number | null) => void; label: string }) {
  return <NumberInput label={label} value={typeof value === 'number' ? value / scale : null} onChange={(text) => onChange(text === null ? null : Math.round(Number(text) * scale))} />;
}

function Range({ row, scale, onChange }: { row: FilterRow; scale: number; onChange: (value: unknown) => void }) {
  const { t } = useTranslation();
  const [from, to] = Array.isArray(row.value) ? (row.value as [number | null, number | null]) : [null, null];
  return (
    <span className="kd-row">
      <Scaled label={t('filter.from')} value={from} scale={scale} onChange={(value) => onChange([value, to])} />
      <Scaled label={t('filter.to')} value={to} scale={scale} onChange={(value) => onChange([from, value])} />
    </span>
  );
}

function Relative({ value, onChange }: { value: unknown; onChange: (value: unknown) => void }) {
  const { t } = useTranslation();
  const relative = typeof value === 'object' && value !== null && 'relative' in value ? (value as { relative: string; n?: number }) : null;
  const range = Array.isArray(value) ? (value as [string | null, string | null]) : null;
  const counted = relative?.relative === 'last_n_days' || relative?.relative === 'next_n_days';
  return (
    <span className="kd-filter-range">
      <Select
        label={t('filter.period')}
        value={relative?.relative ?? (range ? 'range' : null)}
        placeholder={t('filter.period')}
        options={[...RELATIVE.map((key) => ({ value: key as string, label: t(`filter.relative.${key}`) })), { value: 'range', label: t('filter.relative.range') }]}
        onChange={(key) => onChange(key === 'range' ? [null, null] : key === null ? null : { relative: key, ...(key.includes('_n_') ? { n: 7 } : {}) })}
      />
      {counted ? <NumberInput label={t('filter.days')} value={relative?.n ?? 7} min={1} precision={0} onChange={(n) => onChange({ relative: relative?.relative, n: Number(n ?? 1) })} /> : null}
      {range ? (
        <Suspense fallback={null}>
          <DateInput label={t('filter.from')} value={range[0]} onChange={(from) => onChange([from, range[1]])} />
          <DateInput label={t('filter.to')} value={range[1]} onChange={(to) => onChange([range[0], to])} />
        </Suspense>
      ) : null}
    </span>
  );
}
