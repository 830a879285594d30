/** The roles of a person: each with who gave it, why, and until when. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { useCan, useMe } from '@/api/queries';
import { useStepUp } from '@/app/StepUp';
import { useFormats } from '@/i18n/format';
import { Button, IconButton } from '@/ui/Button';
import { useConfirm } from '@/ui/Confirm';
import { DateInput } from '@/ui/DateInput';
import { Field, TextInput } from '@/ui/Field';
import { Notice } from '@/ui/PageHeader';
import { Select } from '@/ui/Select';
import { Empty, ErrorState, SkeletonLines } from '@/ui/States';
import { Tag } from '@/ui/Tag';
import { useToast } from '@/ui/toast';
import { endOfDay, personRolesQuery, rolesQuery, useRefresh } from './usePeople';

export function PersonRoles({ id, name, left }: { id: string; name: string; left?: boolean }) {
  const { t } = useTranslation();
  const { pick, date } = useFormats();
  const can = useCan();
  const me = useMe();
  const toast = useToast();
  const confirm = useConfirm();
  const stepUp = useStepUp();
  const refresh = useRefresh();
  const [adding, setAdding] = useState(false);
  const { data, error, refetch } = useQuery(personRolesQuery(id));
  const revoke = useMutation({
    mutationFn: (assignment: string) => stepUp(() => api.delete(`/people/${id}/roles/${assignment}`)),
    onSuccess: () => { refresh(); toast({ text: t('people.revoked') }); },
    onError: (failure) => { const problem = asProblem(failure); toast({ kind: 'error', text: problem.detail ?? problem.title }); },
  });
  if (error) return <ErrorState compact error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonLines lines={4} />;
  const manage = can.capability('roles_manage') && id !== me.person.id && !left;
  const ask = async (assignment: string, role: string): Promise<void> => {
    if (await confirm({ title: t('people.revokeTitle', { role, name }), text: t('people.revokeText'), action: t('people.revoke'), danger: true })) revoke.mutate(assignment);
  };
  return (
    <div className="kd-stack">
      {data.length === 0 && !adding ? <Empty compact icon="key" title={t('people.noRole')}>{t('people.noRoleText')}</Empty> : null}
      {data.length > 0 ? (
        <ul className="kd-rowlist">
          {data.map((one) => (
            <li key={one.assignment}>
              <div className="kd-grow">
                <div className="kd-row kd-row-wrap"><strong>{pick(one.role)}</strong>{one.via !== 'direct' ? <Tag>{t(`via.${one.via}`, { defaultValue: one.via })}</Tag> : null}{one.expires_at ? <Tag hue="amber">{t('people.expires', { date: date(one.expires_at) })}</Tag> : null}</div>
                <div className="kd-faint">{[one.granted_by ? t('explain.grantedBy', { name: one.granted_by.name }) : null, one.reason === 'provisioned' ? t('people.reasonCode.provisioned') : one.reason].filter(Boolean).join(' · ')}</div>
              </div>
              {manage && one.via === 'direct' ? <IconButton icon="close" label={t('people.revokeOne', { role: pick(one.role) })} disabled={revoke.isPending} onClick={() => void ask(one.assignment, pick(one.role))} /> : null}
            </li>
          ))}
        </ul>
      ) : null}
      {id === me.person.id && can.capability('roles_manage') ? <Notice tone="info">{t('people.notOneself')}</Notice> : null}
      {manage && !adding ? <div><Button icon="plus" onClick={() => setAdding(true)}>{t('people.assign')}</Button></div> : null}
      {adding ? <AssignForm id={id} held={data.filter((one) => one.via === 'direct').map((one) => one.role.code)} onDone={() => setAdding(false)} /> : null}
    </div>
  );
}

/** Gives a role; the reason goes into the evidence. */
export function AssignForm({ id, held, role: fixed, onDone }: { id: string; held: readonly string[]; role?: string; onDone: () => void }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const toast = useToast();
  const stepUp = useStepUp();
  const refresh = useRefresh();
  const { data: roles = [] } = useQuery(rolesQuery);
  const [role, setRole] = useState<string | null>(fixed ?? null);
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState<string | null>(null);
  const save = useMutation({
    mutationFn: () => stepUp(() => api.post(`/people/${id}/roles`, { role, reason: reason.trim(), ...(until ? { expires_at: endOfDay(until) } : {}) })),
    onSuccess: () => { refresh(); toast({ text: t('people.assigned') }); onDone(); },
  });
  const problem = save.error ? asProblem(save.error) : null;
  const wrong = (field: string): string | undefined => problem?.fields.find((one) => one.field === field)?.message;
  const chosen = roles.find((one) => one.id === role);
  return (
    <form className="kd-assign kd-stack" onSubmit={(event) => { event.preventDefault(); if (role && reason.trim()) save.mutate(); }}>
      <div className="kd-form-grid">
        {fixed ? null : <Field label={t('people.role')} required error={wrong('role')}><Select search value={role} onChange={setRole} placeholder={t('form.choose')} options={roles.filter((one) => !held.includes(one.code)).map((one) => ({ value: one.id, label: pick(one) }))} /></Field>}
        <Field label={t('people.until')} help={t('people.untilRole')} error={wrong('expires_at')}><DateInput value={until} onChange={setUntil} /></Field>
        <Field className="kd-wide" label={t('people.reason')} required help={t('people.reasonHelp')} error={wrong('reason')}><TextInput value={reason} onChange={setReason} maxLength={300} placeholder={t('people.reasonAssign')} /></Field>
      </div>
      {chosen?.officer ? <Notice tone="warning">{t('people.officer')}</Notice> : null}
      {problem && problem.fields.length === 0 ? <Notice tone="danger">{problem.detail ?? problem.title}</Notice> : null}
      <div className="kd-row"><span className="kd-end" /><Button onClick={onDone}>{t('common.cancel')}</Button><Button kind="primary" type="submit" loading={save.isPending} disabled={!role || !reason.trim()}>{t('people.assign')}</Button></div>
    </form>
  );
}
