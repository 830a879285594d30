/** One account: where it belongs, which roles, which sessions; and the ways to stop it. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { useCan } from '@/api/queries';
import type { Page, PersonView, RoleAssignment, RoleView, Unit } from '@/api/types';
import { useStepUp } from '@/app/StepUp';
import { PersonPicker } from '@/features/records/Pickers';
import { useFormats } from '@/i18n/format';
import { Button, IconButton } from '@/ui/Button';
import { DateInput } from '@/ui/DateInput';
import { Dialog, Drawer } from '@/ui/Dialog';
import { Field, TextArea, TextInput } from '@/ui/Field';
import { Notice, Section } from '@/ui/PageHeader';
import { Select } from '@/ui/Select';
import { ErrorState, SkeletonLines } from '@/ui/States';
import { StatusDot } from '@/ui/Tag';
import { useToast } from '@/ui/toast';
import { InviteLink, type Invite } from './InviteLink';
import { STATUS_HUE } from './PeoplePage';

type Verb = 'suspend' | 'resume' | 'end';

export function PersonDrawer({ person, units, onClose }: { person: PersonView; units: readonly Unit[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { language } = useFormats();
  const toast = useToast();
  const stepUp = useStepUp();
  const client = useQueryClient();
  const [unit, setUnit] = useState(person.unit?.id ?? null);
  const [manager, setManager] = useState(person.manager?.id ?? null);
  const [title, setTitle] = useState(person.title ?? '');
  const [until, setUntil] = useState(person.valid_until);
  const [asking, setAsking] = useState<Verb | null>(null);
  const [invite, setInvite] = useState<Invite | null>(null);
  const refresh = (): void => void client.invalidateQueries({ queryKey: ['people'] });
  const onError = (error: unknown): void => toast({ kind: 'error', text: asProblem(error).detail ?? asProblem(error).title });
  const save = useMutation({ mutationFn: () => stepUp(() => api.patch(`/people/${person.id}`, { unit, manager, title: title.trim() || null, valid_until: until }, { ifMatch: person.version ?? 1 })), onSuccess: () => { refresh(); toast({ text: t('people.saved') }); }, onError });
  const reset = useMutation({ mutationFn: () => stepUp(() => api.post<{ invite: Invite }>(`/people/${person.id}/reset`)), onSuccess: (answer) => setInvite(answer.invite), onError });
  const dirty = unit !== (person.unit?.id ?? null) || manager !== (person.manager?.id ?? null) || title !== (person.title ?? '') || until !== person.valid_until;
  return (
    <Drawer
      open
      width={600}
      title={person.name}
      description={<span className="kd-row"><span>{person.login}</span><StatusDot hue={STATUS_HUE[person.status]}>{t(`personStatus.${person.status}`)}</StatusDot></span>}
      onClose={onClose}
      footer={
        <>
          {person.status === 'active' ? <Button onClick={() => setAsking('suspend')}>{t('people.suspend')}</Button> : null}
          {person.status === 'suspended' ? <Button onClick={() => setAsking('resume')}>{t('people.resume')}</Button> : null}
          {person.status !== 'left' ? <Button onClick={() => setAsking('end')}>{t('people.end')}</Button> : null}
          <span className="kd-end" />
          <Button kind="primary" disabled={!dirty} loading={save.isPending} onClick={() => save.mutate()}>{t('common.save')}</Button>
        </>
      }
    >
      <div className="kd-stack">
        <div className="kd-form-grid">
          <Field label={t('people.unit')} help={t('people.unitHelp')}><Select search allowClear value={unit} onChange={setUnit} options={units.map((one) => ({ value: one.id, label: language === 'en' ? one.name_en : one.name_zh }))} /></Field>
          <Field label={t('people.manager')}><PersonPicker value={manager} initialName={person.manager?.name} onChange={setManager} allowClear /></Field>
          <Field label={t('people.title')}><TextInput value={title} onChange={setTitle} /></Field>
          <Field label={t('people.validUntil')}><DateInput withTime value={until} onChange={setUntil} /></Field>
        </div>
        <Roles person={person} />
        <Section title={t('people.access')} actions={<Button size="small" icon="key" loading={reset.isPending} onClick={() => reset.mutate()}>{t('people.reset')}</Button>}>
          {invite ? <InviteLink invite={invite} /> : <p className="kd-muted">{t('people.resetText')}</p>}
        </Section>
      </div>
      {asking ? <EndDialog person={person} verb={asking} onClose={() => setAsking(null)} onDone={() => { setAsking(null); refresh(); }} /> : null}
    </Drawer>
  );
}

function EndDialog({ person, verb, onClose, onDone }: { person: PersonView; verb: Verb; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const stepUp = useStepUp();
  const [reason, setReason] = useState('');
  const act = useMutation({ mutationFn: () => stepUp(() => api.post<{ owned?: Record<string, number> }>(`/people/${person.id}/${verb}`, { reason: reason.trim() })), onSuccess: (answer) => { if (verb !== 'end' || !answer?.owned) onDone(); } });
  const problem = act.error ? asProblem(act.error) : null;
  const owned = act.data?.owned;
  return (
    <Dialog
      open
      title={t(`people.${verb}Title`, { name: person.name })}
      description={owned ? undefined : t(`people.${verb}Text`)}
      onClose={owned ? onDone : onClose}
      footer={owned ? <Button kind="primary" onClick={onDone}>{t('common.done')}</Button> : <><Button onClick={onClose}>{t('common.cancel')}</Button><Button kind={verb === 'resume' ? 'primary' : 'danger'} disabled={!reason.trim()} loading={act.isPending} onClick={() => act.mutate()}>{t(`people.${verb}`)}</Button></>}
    >
      {owned ? <Notice tone="success" title={t('people.ended')}>{t('people.owned', { n: number(Object.values(owned).reduce((sum, one) => sum + one, 0)) })}</Notice> : <Field label={t('people.reason')} required error={problem ? (problem.detail ?? problem.title) : undefined}><TextArea value={reason} onChange={setReason} rows={2} autoFocus /></Field>}
    </Dialog>
  );
}

function Roles({ person }: { person: PersonView }) {
  const { t } = useTranslation();
  const { pick, dateTime } = useFormats();
  const can = useCan();
  const toast = useToast();
  const stepUp = useStepUp();
  const client = useQueryClient();
  const queryKey = ['person-roles', person.id];
  const manage = can.capability('roles_manage');
  const { data, error, refetch } = useQuery({ queryKey, queryFn: async () => (await api.get<Page<RoleAssignment>>(`/people/${person.id}/roles`)).items });
  const { data: roles = [] } = useQuery({ queryKey: ['roles'], queryFn: async () => (await api.get<Page<RoleView>>('/roles')).items, enabled: manage });
  const [adding, setAdding] = useState(false);
  const [role, setRole] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState<string | null>(null);
  const refresh = (): void => { void client.invalidateQueries({ queryKey }); void client.invalidateQueries({ queryKey: ['people'] }); };
  const add = useMutation({ mutationFn: () => stepUp(() => api.post(`/people/${person.id}/roles`, { role, reason: reason.trim(), expires_at: until ?? undefined })), onSuccess: () => { setAdding(false); setRole(null); setReason(''); refresh(); } });
  const remove = useMutation({ mutationFn: (id: string) => stepUp(() => api.delete(`/people/${person.id}/roles/${id}`)), onSuccess: refresh, onError: (failure) => toast({ kind: 'error', text: asProblem(failure).detail ?? asProblem(failure).title }) });
  const problem = add.error ? asProblem(add.error) : null;
  return (
    <Section title={t('people.roles')} description={t('people.rolesText')} actions={manage && !adding ? <Button size="small" icon="plus" onClick={() => setAdding(true)}>{t('people.addRole')}</Button> : null}>
      <div className="kd-stack">
        {error ? <ErrorState error={error} onRetry={() => void refetch()} compact /> : !data ? <SkeletonLines lines={2} /> : (
          <ul className="kd-rolelist">
            {data.map((one) => (
              <li key={one.assignment}>
                <div className="kd-grow"><strong>{pick(one.role)}</strong><div className="kd-faint">{[t(`via.${one.via}`, { defaultValue: one.via }), one.granted_by ? t('explain.grantedBy', { name: one.granted_by.name }) : null, one.reason, one.expires_at ? t('sharing.ends', { time: dateTime(one.expires_at) }) : null].filter(Boolean).join(' · ')}</div></div>
                {manage && one.via === 'direct' ? <IconButton size="small" icon="close" label={t('people.removeRole', { name: pick(one.role) })} onClick={() => remove.mutate(one.assignment)} /> : null}
              </li>
            ))}
            {data.length === 0 ? <li className="kd-muted">{t('people.noRole')}</li> : null}
          </ul>
        )}
        {adding ? (
          <div className="kd-stack kd-addrole">
            <div className="kd-form-grid">
              <Field label={t('people.role')} required><Select search value={role} onChange={setRole} placeholder={t('form.choose')} options={roles.map((one) => ({ value: one.id, label: pick(one) }))} /></Field>
              <Field label={t('sharing.until')}><DateInput withTime value={until} onChange={setUntil} /></Field>
              <Field label={t('people.reason')} required className="kd-wide"><TextInput value={reason} onChange={setReason} /></Field>
            </div>
            {problem ? <Notice tone="danger">{problem.detail ?? problem.title}</Notice> : null}
            <div className="kd-row"><Button kind="primary" size="small" disabled={!role || !reason.trim()} loading={add.isPending} onClick={() => add.mutate()}>{t('people.grant')}</Button><Button size="small" onClick={() => setAdding(false)}>{t('common.cancel')}</Button></div>
          </div>
        ) : null}
      </div>
    </Section>
  );
}
