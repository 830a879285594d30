/** Where an invitation leads: the new person chooses a password. The token stays in the fragment, which is never sent in a URL. */
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { Button } from '@/ui/Button';
import { Field, TextInput } from '@/ui/Field';
import { Notice } from '@/ui/PageHeader';
import { PublicFrame } from './PublicFrame';
import { useFragmentToken } from './useFragmentToken';

export function JoinPage() {
  const { t } = useTranslation();
  const token = useFragmentToken();
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const join = useMutation({ mutationFn: () => api.post('/join', { token, password }, { anonymous: true }) });
  const problem = join.error ? asProblem(join.error) : null;
  const differs = again.length > 0 && again !== password;
  if (!token && !join.isSuccess) {
    return <PublicFrame title={t('join.title')}><Notice tone="warning">{t('join.noToken')}</Notice><Link to="/sign-in" className="kd-public-link">{t('join.signIn')}</Link></PublicFrame>;
  }
  if (join.isSuccess) {
    return (
      <PublicFrame title={t('join.doneTitle')} text={t('join.done')}>
        <Link to="/sign-in" className="kd-public-link">{t('join.signIn')}</Link>
      </PublicFrame>
    );
  }
  return (
    <PublicFrame title={t('join.title')} text={t('join.text')}>
      <form className="kd-signin" onSubmit={(event) => { event.preventDefault(); if (!differs && password) join.mutate(); }}>
        <Field label={t('join.password')} help={t('join.passwordHelp')} error={problem?.fields[0]?.message}>
          <TextInput type="password" value={password} onChange={setPassword} autoComplete="new-password" size="large" autoFocus />
        </Field>
        <Field label={t('join.again')} error={differs ? t('join.differs') : undefined}>
          <TextInput type="password" value={again} onChange={setAgain} autoComplete="new-password" size="large" />
        </Field>
        {problem && problem.fields.length === 0 ? <Notice tone="danger">{problem.detail ?? problem.title}</Notice> : null}
        <Button kind="primary" type="submit" size="large" block loading={join.isPending} disabled={!password || password !== again}>{t('join.submit')}</Button>
      </form>
    </PublicFrame>
  );
}
