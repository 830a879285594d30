import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/queries';
import type { FieldView, Filter, ObjectView } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { FilterBuilder, type FilterField, type LinkEditor } from '@/ui/filter/FilterBuilder';
import { emptyGroup, fromFilter, nextId, operatorsFor, toFilter, type FilterGroup } from '@/ui/filter/model';
import { Notice } from '@/ui/PageHeader';
import { isSealed, systemLabel } from './columns';
import { PersonPicker, RecordPicker } from './Pickers';

/** What the list shows comes before what only the record shows; the stage before all, the number last. */
const usual = (object: ObjectView, field: FieldView): number => (field.key === object.stage ? 0 : field.kind === 'auto_number' || field.kind === 'code' ? 3 : field.in_list || field.key === object.title ? 1 : 2);

export function FilterPanel({ object, value, onApply, onCancel }: { object: ObjectView; value: Filter | undefined; onApply: (filter: Filter | undefined) => void; onCancel: () => void }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const me = useMe();
  const fields = useMemo<FilterField[]>(
    () => [
      ...[...object.fields].filter((field) => field.filterable).sort((a, b) => usual(object, a) - usual(object, b)).map((field) => ({ key: field.key, title: pick(field), kind: field.kind, sealed: isSealed(field), options: field.options?.map((option) => ({ value: option.key, label: pick(option) })) })),
      { key: '_owner', title: systemLabel(t, '_owner'), kind: 'person' as const, sealed: false },
      { key: '_created_at', title: systemLabel(t, '_created_at'), kind: 'date_time' as const, sealed: false },
      { key: '_updated_at', title: systemLabel(t, '_updated_at'), kind: 'date_time' as const, sealed: false },
    ],
    [object, pick, t],
  );
  const [group, setGroup] = useState<FilterGroup | null>(() => {
    const read = fromFilter(value);
    const first = fields.find((field) => field.key === object.stage) ?? fields[0];
    if (read && read.items.length === 0 && first) return { ...emptyGroup(), items: [{ id: nextId(), field: first.key, op: operatorsFor(first.kind, first.sealed)[0] ?? 'eq', value: null }] };
    return read;
  });
  const linkEditor: LinkEditor = ({ field, value: link, onChange, label }) => {
    if (field.kind === 'person') return <PersonPicker label={label} value={link === 'me' ? me.person.id : link} initialName={link === 'me' || link === me.person.id ? me.person.name : t('picker.somebody')} onChange={onChange} />;
    const to = object.fields.find((one) => one.key === field.key)?.to ?? '';
    return <RecordPicker label={label} object={to} value={link} initialTitle={t('picker.chosen')} onChange={onChange} />;
  };
  return (
    <form className="kd-filter" onSubmit={(event) => { event.preventDefault(); if (group) onApply(toFilter(group)); }}>
      <div className="kd-filter-scroll">
        {group ? <FilterBuilder fields={fields} value={group} onChange={setGroup} linkEditor={linkEditor} /> : <Notice tone="info" title={t('filter.complexTitle')}>{t('filter.complex')}</Notice>}
      </div>
      <div className="kd-filter-foot">
        <Button kind="quiet" onClick={() => onApply(undefined)}>{t('filter.clear')}</Button>
        <span className="kd-end" />
        <Button onClick={onCancel}>{t('common.cancel')}</Button>
        <Button kind="primary" type="submit" disabled={!group}>{t('filter.apply')}</Button>
      </div>
    </form>
  );
}
