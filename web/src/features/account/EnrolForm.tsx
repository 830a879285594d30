/** Scanning the secret and proving that it arrived. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { AuthenticatorKey } from '@/ui/AuthenticatorKey';
import { Button } from '@/ui/Button';
import { Field, TextInput } from '@/ui/Field';
import { usePhone } from '@/ui/useMedia';
import { isCode, plainCode } from './model';

export interface TotpSecret { secret: string; uri: string }

/** `replacing`: another authenticator stays in force until this one has given its first code. */
export function EnrolForm({ secret, replacing = false, onCancel, onDone }: { secret: TotpSecret; replacing?: boolean; onCancel: () => void; onDone: (codes: readonly string[]) => void }) {
  const { t } = useTranslation();
  // On a phone the keyboard would hide what is to be scanned.
  const phone = usePhone();
  const [code, setCode] = useState('');
  const confirm = useMutation({ mutationFn: () => api.post<{ recovery_codes: string[] }>(replacing ? '/me/factors/totp/replace/confirm' : '/me/factors/totp/confirm', { code: plainCode(code).normalize('NFKC') }), onSuccess: (answer) => onDone(answer.recovery_codes) });
  const problem = confirm.error ? asProblem(confirm.error) : null;
  // What began ten minutes ago, or in another window, has to begin again.
  const stale = problem?.code === 'factor.not_begun';
  return (
    <form className="kd-enrol" onSubmit={(event) => { event.preventDefault(); if (isCode(code)) confirm.mutate(); }}>
      <ol>
        <li>
          <strong>{t('account.enrol.scan')}</strong>
          <p className="kd-muted">{t('account.enrol.apps')}</p>
          <AuthenticatorKey {...secret} />
        </li>
        <li>
          <Field label={t('account.enrol.code')} error={stale ? t('account.replace.stale') : problem ? (problem.detail ?? problem.title) : undefined} help={t('account.enrol.codeHelp')}>
            <TextInput value={code} onChange={setCode} autoComplete="one-time-code" inputMode="numeric" maxLength={8} autoFocus={!phone} className="kd-enrol-code" />
          </Field>
        </li>
      </ol>
      <div className="kd-row">
        <Button kind="primary" type="submit" loading={confirm.isPending} disabled={!isCode(code)}>{t(replacing ? 'account.replace.confirm' : 'account.enrol.confirm')}</Button>
        <Button kind="quiet" onClick={onCancel}>{t('common.cancel')}</Button>
      </div>
    </form>
  );
}
