import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { sessionQuery } from '@/api/queries';
import { Button } from '@/ui/Button';
import { Field, TextInput } from '@/ui/Field';
import { Notice, Section } from '@/ui/PageHeader';
import { useToast } from '@/ui/toast';

export function PasswordSection() {
  const { t } = useTranslation();
  const toast = useToast();
  const client = useQueryClient();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const change = useMutation({
    mutationFn: () => api.post('/me/password', { current, new: next }),
    onSuccess: () => {
      setCurrent('');
      setNext('');
      setAgain('');
      toast({ text: t('account.passwordChanged') });
      void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  });
  const problem = change.error ? asProblem(change.error) : null;
  const differs = again.length > 0 && again !== next;
  const errorOf = (field: string): string | undefined => problem?.fields.find((one) => one.field === field)?.message;
  return (
    <Section title={t('account.password')} description={t('account.passwordText')}>
      <form className="kd-account-form" onSubmit={(event) => { event.preventDefault(); if (!differs) change.mutate(); }}>
        <Field label={t('account.current')} error={errorOf('current')}><TextInput type="password" value={current} onChange={setCurrent} autoComplete="current-password" /></Field>
        <Field label={t('join.password')} help={t('join.passwordHelp')} error={errorOf('new')}><TextInput type="password" value={next} onChange={setNext} autoComplete="new-password" /></Field>
        <Field label={t('join.again')} error={differs ? t('join.differs') : undefined}><TextInput type="password" value={again} onChange={setAgain} autoComplete="new-password" /></Field>
        {problem && problem.fields.length === 0 ? <Notice tone="danger">{problem.detail ?? problem.title}</Notice> : null}
        <div><Button type="submit" loading={change.isPending} disabled={!current || !next || next !== again}>{t('account.passwordSubmit')}</Button></div>
      </form>
    </Section>
  );
}
