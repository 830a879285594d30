/** All fields of a record at once. Sends only what was changed. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '@/api/problem';
import type { FieldValue, ObjectView, RecordView } from '@/api/types';
import { isNamed, isReference } from '@/api/types';
import { useUnsavedGuard } from '@/app/unsaved';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { useConfirm } from '@/ui/Confirm';
import { Drawer } from '@/ui/Dialog';
import { Notice } from '@/ui/PageHeader';
import { Duplicates } from './Duplicates';
import { meantChanges } from './hidden';
import { isWritable, RecordForm, type Values } from './RecordForm';
import { useDuplicates } from './useDuplicates';
import { useSaveRecord } from './useRecord';

export function EditDrawer({ object, record, onClose }: { object: ObjectView; record: RecordView; onClose: () => void }) {
  const { t } = useTranslation();
  const { noun } = useFormats();
  const confirm = useConfirm();
  const [changes, setChanges] = useState<Values>({});
  const save = useSaveRecord(record, 'in the form');
  const meant = meantChanges(changes, record.values);
  const dirty = Object.keys(meant).length > 0;
  const lift = useUnsavedGuard(dirty);
  const problem = save.error ? asProblem(save.error) : null;
  const matches = useDuplicates(object, meant, record.id);
  const close = async (): Promise<void> => {
    if (dirty && !(await confirm({ title: t('unsaved.title'), text: t('unsaved.text'), action: t('unsaved.leave'), danger: true }))) return;
    lift();
    onClose();
  };
  const submit = (): void => {
    const values = Object.fromEntries(Object.entries(meant).map(([key, value]) => [key, (isReference(value) || isNamed(value) ? value.id : value === '' || value === undefined ? null : value) as FieldValue]));
    save.mutate({ values }, { onSuccess: () => { lift(); onClose(); } });
  };
  return (
    <Drawer
      open
      width={560}
      title={t('record.editTitle', { name: noun(object) })}
      onClose={() => void close()}
      footer={<><Button onClick={() => void close()}>{t('common.cancel')}</Button><Button kind="primary" disabled={!dirty} loading={save.isPending} onClick={submit}>{t('common.save')}</Button></>}
    >
      <form className="kd-stack" onSubmit={(event) => { event.preventDefault(); if (dirty) submit(); }}>
        {problem && problem.fields.length === 0 ? <Notice tone={problem.code === 'record.version_changed' ? 'warning' : 'danger'}>{problem.code === 'record.version_changed' ? t('record.changedKeep') : (problem.detail ?? problem.title)}</Notice> : null}
        <RecordForm object={object} record={record} fields={object.fields.filter(isWritable)} values={{ ...record.values, ...changes }} errors={problem?.fields ?? []} onChange={(key, value) => setChanges((before) => ({ ...before, [key]: value }))} />
        {matches.length > 0 ? <Duplicates matches={matches} strict={false} /> : null}
      </form>
    </Drawer>
  );
}
