/** Changing the password, with its rules in sight while it is typed. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { useMe } from '@/api/queries';
import { Button } from '@/ui/Button';
import { Field, TextInput } from '@/ui/Field';
import { Icon } from '@/ui/icons';
import { Notice, Section } from '@/ui/PageHeader';
import { useToast } from '@/ui/toast';
import { MAX, passwordRules, rulesMet } from './model';
import { useRefreshAccount } from './useAccount';

const EMPTY = { current: '', next: '', again: '' };

export function PasswordSection() {
  const { t } = useTranslation();
  const me = useMe();
  const toast = useToast();
  const refresh = useRefreshAccount();
  const must = me.must?.includes('change_password') ?? false;
  const [open, setOpen] = useState(false);
  const [form, setForm] = useState(EMPTY);
  const rules = passwordRules(form, me.second_factor.enrolled);
  const change = useMutation({
    mutationFn: () => api.post('/me/password', { current: form.current, new: form.next }),
    onSuccess: async () => {
      setForm(EMPTY);
      setOpen(false);
      toast({ text: t('account.password.done') });
      await refresh();
    },
  });
  const problem = change.error ? asProblem(change.error) : null;
  const wrong = problem?.code === 'auth.failed';
  const refused = problem?.code.startsWith('password') || problem?.fields.some((one) => one.field === 'password' || one.field === 'new');
  const put = (patch: Partial<typeof form>): void => { if (problem) change.reset(); setForm({ ...form, ...patch }); };
  const ready = form.current !== '' && rulesMet(rules);
  if (!open && !must) {
    return (
      <div id="account-password" className="kd-account-anchor">
        <Section title={t('account.password.title')} description={t('account.password.text')} actions={<Button onClick={() => setOpen(true)}>{t('account.password.open')}</Button>}>{null}</Section>
      </div>
    );
  }
  return (
    <div id="account-password" className="kd-account-anchor">
      <Section title={t('account.password.title')} description={t('account.password.text')}>
        <form className="kd-password" onSubmit={(event) => { event.preventDefault(); if (ready) change.mutate(); }}>
          <input type="text" name="username" autoComplete="username" value={me.person.login} readOnly hidden />
          <Field label={t('account.password.current')} error={wrong ? t('account.password.wrong') : undefined}>
            <TextInput type="password" value={form.current} onChange={(current) => put({ current })} autoComplete="current-password" autoFocus={open} />
          </Field>
          <Field label={t('account.password.next')} error={refused && problem ? (problem.fields[0]?.message ?? problem.detail ?? problem.title) : undefined}>
            <TextInput type="password" value={form.next} onChange={(next) => put({ next })} autoComplete="new-password" maxLength={MAX + 1} />
          </Field>
          <Field label={t('account.password.again')}>
            <TextInput type="password" value={form.again} onChange={(again) => put({ again })} autoComplete="new-password" maxLength={MAX + 1} />
          </Field>
          <ul className="kd-rules" aria-label={t('account.password.rules')}>
            {rules.map((rule) => (
              <li key={rule.key} className={`kd-rule-${rule.state}`}>
                <Icon name={rule.state === 'met' ? 'check-circle' : rule.state === 'broken' ? 'warning' : 'circle'} size={14} label={t(`account.rule.${rule.state}`)} />
                <span>{t(rule.state === 'broken' && rule.key !== 'length' ? `account.rule.${rule.key}Broken` : `account.rule.${rule.key}`, { min: rule.min, max: MAX })}{rule.key === 'length' && rule.have && rule.state !== 'met' ? <span className="kd-faint"> {rule.have}/{rule.min}</span> : null}</span>
              </li>
            ))}
            <li className="kd-rule-open"><Icon name="info" size={14} /><span>{t('account.rule.common')}</span></li>
          </ul>
          {problem && !wrong && !refused ? <Notice tone="danger">{problem.detail ?? problem.title}</Notice> : null}
          <div className="kd-row">
            <Button kind="primary" type="submit" loading={change.isPending} disabled={!ready}>{t('account.password.submit')}</Button>
            {must ? null : <Button kind="quiet" onClick={() => { setOpen(false); setForm(EMPTY); change.reset(); }}>{t('common.cancel')}</Button>}
          </div>
        </form>
      </Section>
    </div>
  );
}
