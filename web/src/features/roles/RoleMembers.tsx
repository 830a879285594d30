/** Who holds a role; it is given here too, since this is where its keeper works. */
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { useCan, useMe } from '@/api/queries';
import type { RoleMember, RoleView } from '@/api/types';
import { useStepUp } from '@/app/StepUp';
import { AssignForm, PersonRoles } from '@/features/people/PersonRoles';
import { STATUS_HUE } from '@/features/people/person-columns';
import { useRefresh, useRoleMembers } from '@/features/people/usePeople';
import { PersonPicker } from '@/features/records/Pickers';
import { useFormats } from '@/i18n/format';
import { useUnitName } from '@/i18n/names';
import { Person } from '@/ui/Avatar';
import { Button, IconButton } from '@/ui/Button';
import { useConfirm } from '@/ui/Confirm';
import { Field } from '@/ui/Field';
import { Empty, ErrorState, SkeletonLines } from '@/ui/States';
import { StatusDot, Tag } from '@/ui/Tag';
import { useToast } from '@/ui/toast';

export function RoleMembers({ role }: { role: RoleView }) {
  const can = useCan();
  const manages = can.capability('roles_manage');
  return (
    <div className="kd-stack">
      {manages ? <GiveRole role={role} /> : null}
      {can.capability('roles_read') ? <MemberList role={role} manages={manages} /> : null}
      {manages ? <LookUp /> : null}
    </div>
  );
}

function MemberList({ role, manages }: { role: RoleView; manages: boolean }) {
  const { t } = useTranslation();
  const { pick, number } = useFormats();
  const confirm = useConfirm();
  const revoke = useRevoke();
  const list = useRoleMembers(role.id);
  if (list.error) return <ErrorState compact error={list.error} onRetry={() => void list.refetch()} />;
  if (!list.data) return <SkeletonLines lines={5} />;
  const members = list.data.pages.flatMap((page) => page.items);
  const left = (list.data.pages[0]?.total ?? 0) - members.length;
  if (members.length === 0) return <Empty compact icon="users" title={t('roles.nobody')}>{t('roles.nobodyText')}</Empty>;
  const ask = async (one: RoleMember): Promise<void> => {
    if (await confirm({ title: t('people.revokeTitle', { role: pick(role), name: one.person.name }), text: t('people.revokeText'), action: t('people.revoke'), danger: true })) revoke.mutate({ person: one.person.id, assignment: one.assignment });
  };
  return (
    <>
      <ul className="kd-rowlist kd-role-members" aria-label={t('roles.tab.members')}>
        {members.map((one) => <MemberRow key={one.assignment + one.person.id} member={one} onRevoke={manages && one.via === 'direct' ? () => void ask(one) : undefined} />)}
      </ul>
      {list.hasNextPage ? <div><Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('roles.more', { n: number(left) })}</Button></div> : null}
    </>
  );
}

function MemberRow({ member, onRevoke }: { member: RoleMember; onRevoke?: () => void }) {
  const { t } = useTranslation();
  const { pick, date } = useFormats();
  const unitName = useUnitName();
  const me = useMe();
  const { person, unit, status, via, granted_by: by, reason, expires_at: until } = member;
  const why = [by ? t('explain.grantedBy', { name: by.name }) : null, reason === 'provisioned' ? t('people.reasonCode.provisioned') : reason].filter(Boolean).join(' · ');
  return (
    <li>
      <div className="kd-grow kd-role-member-text">
        <div className="kd-row kd-row-wrap">
          <Link to="/people" search={{ id: person.id }} className="kd-role-member"><Person name={person.name} /></Link>
          {unit ? <span className="kd-faint kd-truncate">{unitName(unit)}</span> : null}
          {via === 'direct' ? null : <Tag>{t(`via.${via}`, { defaultValue: via })}</Tag>}
          {until ? <Tag hue="amber">{t('people.expires', { date: date(until) })}</Tag> : null}
          {status === 'active' ? null : <StatusDot hue={STATUS_HUE[status as keyof typeof STATUS_HUE]} hollow>{t(`people.status.${status}`)}</StatusDot>}
        </div>
        {why ? <div className="kd-faint kd-role-member-why">{why}</div> : null}
      </div>
      {onRevoke && person.id !== me.person.id ? <IconButton icon="close" label={t('roles.revokeFrom', { name: person.name, role: pick(member.role) })} onClick={onRevoke} /> : null}
    </li>
  );
}

/** Takes the role back; acts on the next request. */
function useRevoke() {
  const { t } = useTranslation();
  const toast = useToast();
  const stepUp = useStepUp();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ person, assignment }: { person: string; assignment: string }) => stepUp(() => api.delete(`/people/${person}/roles/${assignment}`)),
    onSuccess: () => { refresh(); toast({ text: t('people.revoked') }); },
    onError: (failure) => { const problem = asProblem(failure); toast({ kind: 'error', text: problem.detail ?? problem.title }); },
  });
}

function GiveRole({ role }: { role: RoleView }) {
  const { t } = useTranslation();
  const me = useMe();
  const [open, setOpen] = useState(false);
  const [person, setPerson] = useState<string | null>(null);
  if (!open) return <div><Button icon="user-plus" onClick={() => setOpen(true)}>{t('roles.give')}</Button></div>;
  return (
    <div className="kd-stack">
      <Field label={t('explain.person')} required error={person === me.person.id ? t('people.notOneself') : undefined}><PersonPicker value={person} onChange={setPerson} autoFocus /></Field>
      {person && person !== me.person.id ? <AssignForm key={person} id={person} held={[]} role={role.id} onDone={() => { setOpen(false); setPerson(null); }} /> : <div><Button onClick={() => setOpen(false)}>{t('common.cancel')}</Button></div>}
    </div>
  );
}

/** For a security administrator, who does not see the list of people: the roles of one person at a time. */
function LookUp() {
  const { t } = useTranslation();
  const [person, setPerson] = useState<string | null>(null);
  return (
    <section className="kd-role-part">
      <h3>{t('roles.lookUp')}</h3>
      <PersonPicker value={person} onChange={setPerson} label={t('explain.person')} />
      {person ? <PersonRoles key={person} id={person} name="" /> : null}
    </section>
  );
}
