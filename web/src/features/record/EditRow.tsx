/** One field of a record while it is edited. */
import { useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '@/api/problem';
import type { FieldValue, FieldView, RecordView } from '@/api/types';
import { isMasked, isNamed, isReference } from '@/api/types';
import { FieldInput } from '@/features/records/FieldInput';
import { Button } from '@/ui/Button';
import { Field } from '@/ui/Field';
import { useSaveRecord } from './useRecord';

export function EditRow({ field, record, label, onDone }: { field: FieldView; record: RecordView; label: string; onDone: () => void }) {
  const { t } = useTranslation();
  const before = record.values[field.key];
  const hidden = isMasked(before) ? before : null;
  const [value, setValue] = useState<FieldValue | undefined>(hidden ? '' : record.values[field.key]);
  const save = useSaveRecord(record);
  const box = useRef<HTMLDivElement>(null);
  const problem = save.error ? asProblem(save.error) : null;
  const submit = (): void => {
    // Nothing was written over the hidden value: it stays.
    if (hidden && (value === undefined || value === null || value === '')) return onDone();
    const next = isReference(value) || isNamed(value) ? value.id : value === '' || value === undefined ? null : value;
    save.mutate({ values: { [field.key]: next } }, { onSuccess: onDone });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      onDone();
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey || !['long_text', 'select', 'multi_select', 'reference', 'person', 'date', 'date_time'].includes(field.kind))) {
      event.preventDefault();
      submit();
    }
  };
  return (
    <div ref={box} className="kd-fieldrow kd-fieldrow-editing" onKeyDown={onKeyDown}>
      <Field label={label} required={field.required} help={hidden ? t('record.replaceHelp', { value: hidden.text ?? t('masked.hidden') }) : undefined} error={problem?.fields[0]?.message}>
        <FieldInput field={field} value={value} onChange={setValue} autoFocus />
      </Field>
      <div className="kd-row">
        <Button size="small" kind="primary" loading={save.isPending} onClick={submit}>{t('common.save')}</Button>
        <Button size="small" onClick={onDone}>{t('common.cancel')}</Button>
      </div>
    </div>
  );
}
