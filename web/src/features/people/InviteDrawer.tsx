import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, newKey } from '@/api/client';
import { asProblem } from '@/api/problem';
import type { PersonView, Unit } from '@/api/types';
import { PersonPicker, RecordPicker } from '@/features/records/Pickers';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { DateInput } from '@/ui/DateInput';
import { Drawer } from '@/ui/Dialog';
import { Field, RadioGroup, TextInput } from '@/ui/Field';
import { Notice } from '@/ui/PageHeader';
import { Select } from '@/ui/Select';
import { InviteLink, type Invite } from './InviteLink';

export function InviteDrawer({ units, onClose }: { units: readonly Unit[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { language } = useFormats();
  const client = useQueryClient();
  const [kind, setKind] = useState<'user' | 'partner'>('user');
  const [name, setName] = useState('');
  const [login, setLogin] = useState('');
  const [unit, setUnit] = useState<string | null>(null);
  const [manager, setManager] = useState<string | null>(null);
  const [company, setCompany] = useState<string | null>(null);
  const [title, setTitle] = useState('');
  const [until, setUntil] = useState<string | null>(null);
  const invite = useMutation({
    mutationFn: () => api.post<{ person: PersonView; invite: Invite }>('/people', { name: name.trim(), login: login.trim(), kind, unit: unit ?? undefined, manager: manager ?? undefined, title: title.trim() || undefined, valid_until: until ?? undefined, company: kind === 'partner' ? (company ?? undefined) : undefined }, { idempotencyKey: newKey() }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['people'] }),
  });
  const problem = invite.error ? asProblem(invite.error) : null;
  const errorOf = (field: string): string | undefined => problem?.fields.find((one) => one.field === field)?.message;
  const needsEnd = kind === 'partner';
  if (invite.data) {
    return (
      <Drawer open title={t('people.invited', { name })} onClose={onClose} footer={<Button kind="primary" onClick={onClose}>{t('common.done')}</Button>}>
        <InviteLink invite={invite.data.invite} />
      </Drawer>
    );
  }
  return (
    <Drawer open title={t('people.invite')} description={t('people.inviteText')} onClose={onClose} footer={<><Button onClick={onClose}>{t('common.cancel')}</Button><Button kind="primary" disabled={!name.trim() || !login.trim() || (needsEnd && !until)} loading={invite.isPending} onClick={() => invite.mutate()}>{t('people.inviteSubmit')}</Button></>}>
      <form className="kd-stack" onSubmit={(event) => { event.preventDefault(); invite.mutate(); }}>
        <Field label={t('people.kind')}><RadioGroup value={kind} onChange={setKind} options={[{ value: 'user', label: t('people.kindUser') }, { value: 'partner', label: t('people.kindPartner'), hint: t('people.kindPartnerHint') }]} /></Field>
        <div className="kd-form-grid">
          <Field label={t('people.name')} required error={errorOf('name')}><TextInput value={name} onChange={setName} autoComplete="off" /></Field>
          <Field label={t('signIn.login')} required error={errorOf('login')}><TextInput value={login} onChange={setLogin} autoComplete="off" /></Field>
          {kind === 'partner' ? <Field label={t('people.company')} error={errorOf('company')}><RecordPicker object="account" value={company} onChange={setCompany} allowClear /></Field> : <Field label={t('people.unit')} error={errorOf('unit')}><Select search allowClear value={unit} onChange={setUnit} placeholder={t('form.choose')} options={units.map((one) => ({ value: one.id, label: language === 'en' ? one.name_en : one.name_zh }))} /></Field>}
          <Field label={t('people.manager')} error={errorOf('manager')}><PersonPicker value={manager} onChange={setManager} allowClear /></Field>
          <Field label={t('people.title')}><TextInput value={title} onChange={setTitle} /></Field>
          <Field label={t('people.validUntil')} required={needsEnd} help={needsEnd ? t('people.validUntilHelp') : undefined} error={errorOf('valid_until')}><DateInput withTime value={until} onChange={setUntil} /></Field>
        </div>
        {problem && problem.fields.length === 0 ? <Notice tone="danger">{problem.detail ?? problem.title}</Notice> : null}
      </form>
    </Drawer>
  );
}
