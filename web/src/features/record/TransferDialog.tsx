import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectView, RecordView } from '@/api/types';
import { PersonPicker } from '@/features/records/Pickers';
import { titleText } from '@/features/records/values';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { Field } from '@/ui/Field';
import { useToast } from '@/ui/toast';
import { useSaveRecord } from './useRecord';

export function TransferDialog({ object, record, onClose }: { object: ObjectView; record: RecordView; onClose: () => void }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const toast = useToast();
  const [owner, setOwner] = useState<string | null>(null);
  const save = useSaveRecord(record);
  const submit = (): void => {
    if (owner) save.mutate({ owner }, { onSuccess: () => { toast({ text: t('bulk.transferred', { n: 1 }) }); onClose(); } });
  };
  return (
    <Dialog open title={t('record.transferTitle', { name: titleText(record.title, pick(object)) })} description={t('bulk.transferText')} width={440} onClose={onClose} footer={<><Button onClick={onClose}>{t('common.cancel')}</Button><Button kind="primary" disabled={!owner} loading={save.isPending} onClick={submit}>{t('bulk.transfer')}</Button></>}>
      <Field label={t('bulk.newOwner')} required><PersonPicker value={owner} onChange={setOwner} autoFocus /></Field>
    </Dialog>
  );
}
