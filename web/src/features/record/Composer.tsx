/** A follow-up in half a minute: what happened, how, and when to come back. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, newKey } from '@/api/client';
import { asProblem } from '@/api/problem';
import type { ObjectView, RecordView } from '@/api/types';
import { useUnsavedGuard } from '@/app/unsaved';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { Chips, TextArea } from '@/ui/Field';
import { Notice } from '@/ui/PageHeader';
import { useToast } from '@/ui/toast';

const DateInput = lazy(() => import('@/ui/DateInput').then((module) => ({ default: module.DateInput })));

export function Composer({ object, link, record }: { object: ObjectView; link: string; record: RecordView }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const toast = useToast();
  const client = useQueryClient();
  const methods = object.fields.find((field) => field.key === 'method')?.options ?? [];
  const hasNext = object.fields.some((field) => field.key === 'next_at' && field.level === 'write');
  const [content, setContent] = useState('');
  const [method, setMethod] = useState<string | null>(methods[0]?.key ?? null);
  const [next, setNext] = useState<string | null>(null);
  const key = useRef(newKey());
  const account = record.values['account'];
  const save = useMutation({
    mutationFn: () => {
      const more = link !== 'account' && typeof account === 'object' && account !== null && 'access' in account && account.access ? { account: account.id } : {};
      return api.post<RecordView>('/records/follow_up', { values: { ...more, [link]: record.id, content: content.trim(), method, at: new Date().toISOString(), ...(next ? { next_at: next } : {}) } }, { idempotencyKey: key.current });
    },
    onSuccess: () => {
      key.current = newKey();
      setContent('');
      setNext(null);
      toast({ text: t('composer.saved') });
      void client.invalidateQueries({ queryKey: ['timeline', record.object, record.id] });
      void client.invalidateQueries({ queryKey: ['related', record.object, record.id] });
    },
    onError: (error) => {
      // A refused body must not block its corrected successor.
      if (asProblem(error).status !== 0) key.current = newKey();
    },
  });
  useUnsavedGuard(content.trim().length > 0 && !save.isPending);
  const problem = save.error ? asProblem(save.error) : null;
  const open = content.length > 0;
  return (
    <form className="kd-composer" onSubmit={(event) => { event.preventDefault(); if (content.trim()) save.mutate(); }} onKeyDown={(event) => { if (event.key === 'Enter' && (event.metaKey || event.ctrlKey) && content.trim()) { event.preventDefault(); save.mutate(); } }}>
      <TextArea value={content} onChange={setContent} rows={open ? 3 : 1} label={t('composer.label')} placeholder={t('composer.placeholder')} />
      {open ? (
        <>
          <Chips label={t('composer.method')} value={method} onChange={setMethod} options={methods.map((option) => ({ value: option.key, label: pick(option) }))} />
          {problem ? <Notice tone="danger">{problem.fields[0]?.message ?? problem.detail ?? problem.title}</Notice> : null}
          <div className="kd-row kd-row-wrap">
            {hasNext ? <span className="kd-composer-next"><Suspense fallback={null}><DateInput withTime value={next} onChange={setNext} label={t('composer.next')} placeholder={t('composer.next')} /></Suspense></span> : null}
            <span className="kd-end kd-row">
              <Button onClick={() => setContent('')}>{t('common.cancel')}</Button>
              <Button kind="primary" type="submit" icon="send" loading={save.isPending} disabled={!content.trim()}>{t('composer.save')}</Button>
            </span>
          </div>
        </>
      ) : null}
    </form>
  );
}
