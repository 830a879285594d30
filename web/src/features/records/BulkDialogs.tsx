/** Asks for what many records get: another owner, or a value of one field. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldValue, FieldView, ObjectView } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { Field } from '@/ui/Field';
import { Select } from '@/ui/Select';
import type { BulkInput } from './bulk';
import { isSealed } from './columns';
import { FieldInput } from './FieldInput';
import { PersonPicker } from './Pickers';

interface BulkDialogProps {
  kind: 'transfer' | 'update';
  object: ObjectView;
  /** How many records it touches, as shown. */
  shown: string;
  busy: boolean;
  onClose: () => void;
  onRun: (input: BulkInput) => void;
}

/** Fields that many records can share: no names, numbers or personal data. */
export const sharable = (object: ObjectView): FieldView[] =>
  object.fields.filter((field) => field.level === 'write' && !field.read_only && !isSealed(field) && field.key !== object.title && ['select', 'multi_select', 'boolean', 'date', 'date_time', 'reference', 'person', 'text', 'long_text', 'percent', 'integer'].includes(field.kind));

export function BulkDialog({ kind, object, shown, busy, onClose, onRun }: BulkDialogProps) {
  const { t } = useTranslation();
  const { noun, pick } = useFormats();
  const fields = sharable(object);
  const [owner, setOwner] = useState<string | null>(null);
  const [key, setKey] = useState<string | null>(null);
  const [value, setValue] = useState<FieldValue>(null);
  const field = fields.find((one) => one.key === key);
  const empty = value === null || value === '' || (Array.isArray(value) && value.length === 0);
  const ready = kind === 'transfer' ? owner !== null : field !== undefined && !(empty && field.required);
  const run = (): void => {
    if (kind === 'transfer' && owner) onRun({ action: 'transfer', owner });
    else if (field) onRun({ action: 'update', values: { [field.key]: empty ? null : value } });
  };
  const words = kind === 'transfer' ? { title: 'bulk.transferTitle', text: 'bulk.transferText', action: 'bulk.transferAction' } : { title: 'bulk.editTitle', text: 'bulk.editText', action: 'bulk.editAction' };
  return (
    <Dialog
      open
      title={t(words.title, { n: shown, name: noun(object) })}
      description={t(words.text)}
      onClose={onClose}
      width={440}
      footer={<><Button onClick={onClose}>{t('common.cancel')}</Button><Button kind="primary" disabled={!ready} loading={busy} onClick={run}>{t(words.action, { n: shown })}</Button></>}
    >
      {kind === 'transfer' ? (
        <Field label={t('bulk.newOwner')} required><PersonPicker value={owner} onChange={setOwner} autoFocus /></Field>
      ) : (
        <div className="kd-stack">
          <Field label={t('bulk.field')} required><Select search autoFocus value={key} onChange={(next) => { setKey(next); setValue(null); }} placeholder={t('form.choose')} options={fields.map((one) => ({ value: one.key, label: pick(one) }))} /></Field>
          {field ? <Field label={t('bulk.value')} required={field.required} help={field.required ? undefined : t('bulk.emptyHint')}><FieldInput key={field.key} field={field} value={value} onChange={setValue} /></Field> : null}
        </div>
      )}
    </Dialog>
  );
}
