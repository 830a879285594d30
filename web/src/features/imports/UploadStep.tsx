/** Choosing the file and watching it leave. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem, type Problem } from '@/api/problem';
import type { ImportView, ObjectView } from '@/api/types';
import { upload } from '@/api/upload';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { DropZone } from '@/ui/DropZone';
import { Icon } from '@/ui/icons';
import { Notice } from '@/ui/PageHeader';
import { ProgressBar } from '@/ui/Progress';
import { usePhone } from '@/ui/useMedia';
import { StepHead } from './Foot';
import { ACCEPT, fileProblem, MAX_BYTES, MAX_ROWS } from './model';
import { importKey, importsQuery, useDownload } from './useImport';

export function UploadStep({ object }: { object: ObjectView }) {
  const { t } = useTranslation();
  const { noun, bytes, number } = useFormats();
  // There is nothing to drag on a phone.
  const phone = usePhone();
  const navigate = useNavigate({ from: '/import/$object' });
  const client = useQueryClient();
  const download = useDownload();
  const stop = useRef<AbortController | null>(null);
  const [file, setFile] = useState<File | null>(null);
  const [refused, setRefused] = useState<'kind' | 'size' | 'empty' | null>(null);
  const [sent, setSent] = useState<number | null>(null);
  const send = useMutation({
    mutationFn: (one: File) => {
      const form = new FormData();
      form.append('object', object.key);
      form.append('file', one, one.name);
      stop.current = new AbortController();
      return upload<ImportView>('/imports', form, { signal: stop.current.signal, onProgress: (done, total) => setSent(total > 0 ? done / total : null) });
    },
    onSuccess: (view) => {
      client.setQueryData(importKey(view.id), view);
      void client.invalidateQueries({ queryKey: importsQuery.queryKey });
      void navigate({ search: { import: view.id } });
    },
  });
  const take = (one: File): void => {
    const problem = fileProblem(one);
    send.reset();
    setRefused(problem);
    if (problem) return;
    setFile(one);
    setSent(0);
    send.mutate(one);
  };
  const stopped = send.error instanceof DOMException && send.error.name === 'AbortError';
  const problem: Problem | null = send.error && !stopped ? asProblem(send.error) : null;
  const name = noun({ zh: object.zh, en: object.en_plural });
  return (
    <div className="kd-import-step kd-import-narrow">
      <StepHead title={t('imports.upload.title')}>{t('imports.upload.text', { name })}</StepHead>
      {send.isPending && file ? (
        <div className="kd-upload" role="status">
          <span className="kd-drop-icon"><Icon name="sheet" size={22} /></span>
          <div className="kd-grow kd-stack">
            <div className="kd-row"><strong className="kd-truncate">{file.name}</strong><span className="kd-faint kd-end">{bytes(file.size)}</span></div>
            <ProgressBar label={t('imports.upload.sending')} value={sent === 1 ? null : sent} />
            <span className="kd-faint">{sent === 1 ? t('imports.upload.reading') : t('imports.upload.sent', { percent: Math.round((sent ?? 0) * 100) })}</span>
          </div>
          <Button onClick={() => stop.current?.abort()}>{t('common.cancel')}</Button>
        </div>
      ) : (
        <DropZone title={t(phone ? 'imports.upload.choose' : 'imports.upload.drop')} hint={t('imports.upload.hint', { size: bytes(MAX_BYTES), rows: number(MAX_ROWS) })} accept={ACCEPT} onFile={take} />
      )}
      {refused ? <Notice tone="warning" title={t(`imports.upload.refused.${refused}`)}>{t(`imports.upload.refusedText.${refused}`, { size: bytes(MAX_BYTES) })}</Notice> : null}
      {problem ? <Notice tone="danger" title={problem.status === 0 ? t('error.offlineTitle') : problem.title} actions={file ? <Button size="small" icon="refresh" onClick={() => take(file)}>{t('common.retry')}</Button> : undefined}>{problem.status === 0 ? t('error.offline') : problem.detail}</Notice> : null}
      <div className="kd-import-template">
        <Icon name="download" />
        <div className="kd-grow">
          <strong>{t('imports.upload.templateTitle')}</strong>
          <p className="kd-muted">{t('imports.upload.templateText', { name })}</p>
        </div>
        <Button loading={download.busy} onClick={() => download.run(`/imports/templates/${object.key}`, `${t('imports.upload.templateFile', { name })}.xlsx`)}>{t('imports.upload.template')}</Button>
      </div>
      <ul className="kd-import-promises">
        {(['masked', 'dry', 'undo'] as const).map((one) => <li key={one}><Icon name={one === 'masked' ? 'shield' : one === 'dry' ? 'eye' : 'undo'} />{t(`imports.upload.promise.${one}`)}</li>)}
      </ul>
    </div>
  );
}
