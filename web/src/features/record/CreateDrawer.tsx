/** A new record. Asks for little first; the rest is one click away. Nothing typed is lost by accident. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, newKey } from '@/api/client';
import { asProblem } from '@/api/problem';
import type { DuplicateHint, FieldValue, ObjectView, RecordView } from '@/api/types';
import { useUnsavedGuard } from '@/app/unsaved';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { useConfirm } from '@/ui/Confirm';
import { Drawer } from '@/ui/Dialog';
import { Checkbox } from '@/ui/Field';
import { Notice } from '@/ui/PageHeader';
import { useToast } from '@/ui/toast';
import { Duplicates } from './Duplicates';
import { isWritable, RecordForm, type Values } from './RecordForm';
import { useDuplicates } from './useDuplicates';
import './record.css';

interface CreateDrawerProps {
  object: ObjectView;
  /** Values given by the place the form was opened from. */
  initial?: Values;
  onClose: () => void;
  onCreated: (record: RecordView) => void;
}

export function CreateDrawer({ object, initial = {}, onClose, onCreated }: CreateDrawerProps) {
  const { t } = useTranslation();
  const { pick, noun } = useFormats();
  const toast = useToast();
  const confirm = useConfirm();
  const client = useQueryClient();
  const [values, setValues] = useState<Values>(() => ({ ...firstOptions(object), ...initial }));
  const [touched, setTouched] = useState(false);
  const [all, setAll] = useState(false);
  const [allow, setAllow] = useState(false);
  const key = useRef({ body: '', key: '' });
  const lift = useUnsavedGuard(touched);

  const writable = object.fields.filter(isWritable);
  const first = writable.filter((field) => field.required || field.in_list || field.key === object.title || initial[field.key] !== undefined);
  const fields = all ? writable : first;
  const found = useDuplicates(object, values);

  const create = useMutation({
    mutationFn: () => {
      const body = { values: plain(values), allow_duplicate: allow || undefined };
      const text = JSON.stringify(body);
      // The same content keeps its key, so that a repeated click or a lost answer never makes two records.
      if (key.current.body !== text) key.current = { body: text, key: newKey() };
      return api.post<RecordView>(`/records/${object.key}`, body, { idempotencyKey: key.current.key });
    },
    onSuccess: (record) => {
      lift();
      void client.invalidateQueries({ queryKey: ['records', object.key] });
      toast({ text: t('record.created', { name: pick(object) }) });
      onCreated(record);
    },
  });
  const problem = create.error ? asProblem(create.error) : null;
  const refused = problem?.code === 'record.duplicate' ? ((problem.extra['matches'] ?? problem.args['matches']) as DuplicateHint[] | undefined) : undefined;
  const matches = refused ?? found;
  const strict = matches.some((match) => object.fields.find((field) => field.key === match.field)?.unique === 'strict');

  const close = async (): Promise<void> => {
    if (touched && !(await confirm({ title: t('unsaved.title'), text: t('unsaved.text'), action: t('unsaved.leave'), danger: true }))) return;
    lift();
    onClose();
  };
  return (
    <Drawer
      open
      width={560}
      title={t('list.create', { name: noun(object) })}
      onClose={() => void close()}
      footer={
        <>
          {first.length < writable.length ? <Button kind="quiet" onClick={() => setAll(!all)}>{all ? t('record.fewerFields') : t('record.moreFields', { n: writable.length - first.length })}</Button> : null}
          <span className="kd-end" />
          <Button onClick={() => void close()}>{t('common.cancel')}</Button>
          <Button kind="primary" loading={create.isPending} disabled={matches.length > 0 && !strict && !allow} onClick={() => create.mutate()}>{t('record.create')}</Button>
        </>
      }
    >
      <form className="kd-stack" onSubmit={(event) => { event.preventDefault(); create.mutate(); }}>
        <RecordForm object={object} fields={fields} values={values} errors={problem?.fields ?? []} autoFocusKey={first[0]?.key} onChange={(field, value) => { setTouched(true); setAllow(false); setValues((before) => ({ ...before, [field]: value })); }} />
        {matches.length > 0 ? <Duplicates matches={matches} strict={strict} /> : null}
        {matches.length > 0 && !strict ? <Checkbox checked={allow} onChange={setAllow}>{t('duplicate.allow')}</Checkbox> : null}
        {problem && problem.fields.length === 0 && !refused ? <Notice tone="danger">{problem.detail ?? problem.title}</Notice> : null}
        <button type="submit" hidden />
      </form>
    </Drawer>
  );
}

/** A required stage begins at its first option. */
function firstOptions(object: ObjectView): Values {
  const stage = object.fields.find((field) => field.key === object.stage);
  const first = stage?.options?.[0];
  return stage && first && isWritable(stage) ? { [stage.key]: first.key } : {};
}

/** Empty inputs are left out rather than sent as empty texts. */
function plain(values: Values): Record<string, FieldValue> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, FieldValue] => entry[1] !== undefined && entry[1] !== null && entry[1] !== ''));
}
