/** First start: organisation and first administrator, second factor, recovery kit; in this order, nothing skipped. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem, type Problem } from '@/api/problem';
import { sessionQuery } from '@/api/queries';
import type { SignedIn } from '@/api/types';
import { preferences } from '@/theme/preferences';
import { AuthenticatorKey } from '@/ui/AuthenticatorKey';
import { Button } from '@/ui/Button';
import { Field, TextArea, TextInput } from '@/ui/Field';
import { Notice } from '@/ui/PageHeader';
import { ErrorState, SkeletonLines } from '@/ui/States';
import { PublicFrame } from './PublicFrame';
import { useFragmentToken } from './useFragmentToken';

interface SetupAnswer { totp: { secret: string; uri: string }; recovery_kit: string }

export function SetupPage() {
  const { t } = useTranslation();
  const token = useFragmentToken();
  const state = useQuery({ queryKey: ['setup'], queryFn: () => api.get<{ needed: boolean; recovery_kit_confirmed: boolean }>('/setup', { anonymous: true }), staleTime: Infinity });
  const [answer, setAnswer] = useState<SetupAnswer | null>(null);
  if (state.error) return <PublicFrame title={t('setup.title')}><ErrorState error={state.error} onRetry={() => void state.refetch()} compact /></PublicFrame>;
  if (!state.data) return <PublicFrame title={t('setup.title')}><SkeletonLines lines={5} /></PublicFrame>;
  if (!state.data.needed && !answer) return <Navigate to="/sign-in" replace />;
  if (!token) return <PublicFrame title={t('setup.title')}><Notice tone="warning" title={t('setup.noTokenTitle')}>{t('setup.noToken')}</Notice></PublicFrame>;
  return answer ? <Confirm token={token} answer={answer} /> : <Start token={token} onAnswer={setAnswer} />;
}

function Start({ token, onAnswer }: { token: string; onAnswer: (answer: SetupAnswer) => void }) {
  const { t } = useTranslation();
  const [form, setForm] = useState({ org_name: '', name: '', login: '', password: '' });
  const start = useMutation({ mutationFn: () => api.post<SetupAnswer>('/setup', { token, ...form, locale: preferences().language }, { anonymous: true }), onSuccess: onAnswer });
  const problem: Problem | null = start.error ? asProblem(start.error) : null;
  const errorOf = (field: string): string | undefined => problem?.fields.find((one) => one.field === field)?.message;
  const input = (key: keyof typeof form, label: string, extra: { help?: string; type?: 'password'; autoComplete?: string }) => (
    <Field label={label} help={extra.help} error={errorOf(key)} required>
      <TextInput value={form[key]} onChange={(value) => setForm({ ...form, [key]: value })} type={extra.type} autoComplete={extra.autoComplete} size="large" />
    </Field>
  );
  return (
    <PublicFrame title={t('setup.title')} text={t('setup.text')}>
      <form className="kd-signin" onSubmit={(event) => { event.preventDefault(); start.mutate(); }}>
        {input('org_name', t('setup.org'), { autoComplete: 'organization' })}
        {input('name', t('setup.name'), { autoComplete: 'name' })}
        {input('login', t('setup.login'), { autoComplete: 'username' })}
        {input('password', t('setup.password'), { type: 'password', autoComplete: 'new-password', help: t('join.passwordHelp') })}
        {problem && problem.fields.length === 0 ? <Notice tone="danger">{problem.detail ?? problem.title}</Notice> : null}
        <Button kind="primary" type="submit" size="large" block loading={start.isPending} disabled={Object.values(form).some((value) => !value.trim())}>{t('setup.next')}</Button>
      </form>
    </PublicFrame>
  );
}

function Confirm({ token, answer }: { token: string; answer: SetupAnswer }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [code, setCode] = useState('');
  const [typed, setTyped] = useState('');
  const [saved, setSaved] = useState(false);
  const confirm = useMutation({
    mutationFn: () => api.post<SignedIn>('/setup/confirm', { token, code: code.replaceAll(/\s/g, ''), recovery_kit: typed.trim() }, { anonymous: true }),
    onSuccess: (session) => {
      client.clear();
      client.setQueryData(sessionQuery.queryKey, session);
      void navigate({ to: '/', replace: true });
    },
  });
  const problem = confirm.error ? asProblem(confirm.error) : null;
  const save = (): void => {
    const url = URL.createObjectURL(new Blob([answer.recovery_kit, '\n'], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = 'kedun-recovery-kit.txt';
    link.click();
    URL.revokeObjectURL(url);
    setSaved(true);
  };
  return (
    <PublicFrame title={t('setup.confirmTitle')} wide>
      <form className="kd-signin" onSubmit={(event) => { event.preventDefault(); confirm.mutate(); }}>
        <div className="kd-setup-step">
          <h2>{t('setup.step1')}</h2>
          <AuthenticatorKey {...answer.totp}>
            <Field label={t('signIn.code')}><TextInput value={code} onChange={setCode} autoComplete="one-time-code" inputMode="numeric" size="large" className="kd-otp kd-setup-code" /></Field>
          </AuthenticatorKey>
        </div>
        <div className="kd-setup-step">
          <h2>{t('setup.step2')}</h2>
          <Notice tone="warning">{t('setup.kitText')}</Notice>
          <pre className="kd-kit">{answer.recovery_kit}</pre>
          <div><Button icon={saved ? 'check' : 'download'} onClick={save}>{t('setup.kitSave')}</Button></div>
          <Field label={t('setup.kitTyped')} help={t('setup.kitTypedHelp')}><TextArea value={typed} onChange={setTyped} rows={2} /></Field>
        </div>
        {problem ? <Notice tone="danger">{problem.detail ?? problem.title}</Notice> : null}
        <Button kind="primary" type="submit" size="large" block loading={confirm.isPending} disabled={code.trim().length < 6 || !typed.trim()}>{t('setup.finish')}</Button>
      </form>
    </PublicFrame>
  );
}
