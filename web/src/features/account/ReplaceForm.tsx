/** Another authenticator in the place of the one in use: first a proof with the old one, then the new one. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { Button } from '@/ui/Button';
import { Field, TextInput } from '@/ui/Field';
import { Notice } from '@/ui/PageHeader';
import { EnrolForm, type TotpSecret } from './EnrolForm';
import { plainCode } from './model';

export function ReplaceForm({ onCancel, onDone }: { onCancel: () => void; onDone: (codes: readonly string[]) => void }) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const begin = useMutation({ mutationFn: () => api.post<TotpSecret>('/me/factors/totp/replace', { code: plainCode(code).normalize('NFKC') }) });
  const problem = begin.error ? asProblem(begin.error) : null;
  if (begin.data) {
    return (
      <div className="kd-stack">
        <Notice tone="info">{t('account.replace.still')}</Notice>
        <EnrolForm secret={begin.data} replacing onCancel={onCancel} onDone={onDone} />
      </div>
    );
  }
  const ready = plainCode(code).length >= 6;
  return (
    <form className="kd-replace" onSubmit={(event) => { event.preventDefault(); if (ready) begin.mutate(); }}>
      <div>
        <h3>{t('account.replace.title')}</h3>
        <p className="kd-muted">{t('account.replace.text')}</p>
      </div>
      <Field label={t('account.replace.old')} help={t('account.replace.oldHelp')} error={problem ? (problem.detail ?? problem.title) : undefined}>
        <TextInput value={code} onChange={(next) => { if (problem) begin.reset(); setCode(next); }} autoComplete="one-time-code" maxLength={40} autoFocus className="kd-replace-code" />
      </Field>
      <div className="kd-row">
        <Button kind="primary" type="submit" loading={begin.isPending} disabled={!ready}>{t('account.replace.next')}</Button>
        <Button kind="quiet" onClick={onCancel}>{t('common.cancel')}</Button>
      </div>
    </form>
  );
}
