/** Login and password, then the second factor; used by the page and by the dialog over an expired session. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import type { SignedIn, TotpNext } from '@/api/types';
import { Button } from '@/ui/Button';
import { Field, TextInput } from '@/ui/Field';
import { Notice } from '@/ui/PageHeader';
import './session.css';

interface SignInFormProps {
  /** Fixed login when the same person has to sign in again. */
  login?: string;
  onSignedIn: (session: SignedIn) => void;
  onOther?: () => void;
}

export function SignInForm({ login: fixed, onSignedIn, onOther }: SignInFormProps) {
  const { t } = useTranslation();
  const [login, setLogin] = useState(fixed ?? '');
  const [password, setPassword] = useState('');
  const [ticket, setTicket] = useState<string | null>(null);
  const [code, setCode] = useState('');
  const onAnswer = (answer: SignedIn | TotpNext): void => {
    if (answer.signed_in) {
      onSignedIn(answer);
      return;
    }
    setPassword('');
    setTicket(answer.ticket);
  };
  const first = useMutation({ mutationFn: () => api.post<SignedIn | TotpNext>('/session', { login: login.trim(), password }, { anonymous: true }), onSuccess: onAnswer });
  const second = useMutation({ mutationFn: () => api.post<SignedIn>('/session/totp', { ticket, code: code.replaceAll(/\s/g, '') }, { anonymous: true }), onSuccess: onAnswer });
  const error = (ticket ? second.error : first.error) ?? null;
  const problem = error ? asProblem(error) : null;
  const message = problem ? (problem.status === 0 ? t('error.offline') : [problem.title, problem.detail].filter(Boolean).join(t('common.sentenceGap'))) : null;

  if (ticket) {
    return (
      <form className="kd-signin" onSubmit={(event) => { event.preventDefault(); second.mutate(); }}>
        <p className="kd-muted">{t('signIn.totpText')}</p>
        <Field label={t('signIn.code')} help={t('signIn.codeHelp')}>
          <TextInput value={code} onChange={setCode} autoFocus autoComplete="one-time-code" size="large" maxLength={40} className="kd-otp" />
        </Field>
        {message ? <Notice tone="danger">{message}</Notice> : null}
        <Button kind="primary" type="submit" size="large" block loading={second.isPending}>{t('signIn.verify')}</Button>
        <Button kind="link" onClick={() => { setTicket(null); setCode(''); second.reset(); }}>{t('signIn.back')}</Button>
      </form>
    );
  }
  return (
    <form className="kd-signin" onSubmit={(event) => { event.preventDefault(); if (login.trim() && password) first.mutate(); }}>
      <Field label={t('signIn.login')}>
        <TextInput value={login} onChange={setLogin} disabled={fixed !== undefined} autoFocus={fixed === undefined} autoComplete="username" size="large" />
      </Field>
      <Field label={t('signIn.password')}>
        <TextInput type="password" value={password} onChange={setPassword} autoFocus={fixed !== undefined} autoComplete="current-password" size="large" />
      </Field>
      {message ? <Notice tone="danger">{message}</Notice> : null}
      <Button kind="primary" type="submit" size="large" block loading={first.isPending}>{t('signIn.submit')}</Button>
      {onOther ? <Button kind="link" onClick={onOther}>{t('signIn.other')}</Button> : null}
    </form>
  );
}
