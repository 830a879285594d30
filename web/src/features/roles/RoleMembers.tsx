/** Who holds a role; it is given here too, since this is where its keeper works. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan, useMe } from '@/api/queries';
import type { RoleView } from '@/api/types';
import { AssignForm, PersonRoles } from '@/features/people/PersonRoles';
import { STATUS_HUE } from '@/features/people/person-columns';
import { everybodyQuery } from '@/features/people/usePeople';
import { PersonPicker } from '@/features/records/Pickers';
import { useFormats } from '@/i18n/format';
import { Person } from '@/ui/Avatar';
import { Button } from '@/ui/Button';
import { Field } from '@/ui/Field';
import { Notice } from '@/ui/PageHeader';
import { Empty, ErrorState, SkeletonLines } from '@/ui/States';
import { StatusDot } from '@/ui/Tag';

export function RoleMembers({ role }: { role: RoleView }) {
  const { t } = useTranslation();
  const can = useCan();
  const sees = can.capability('people_manage');
  const manages = can.capability('roles_manage');
  return (
    <div className="kd-stack">
      {manages ? <GiveRole role={role} /> : null}
      {sees ? <MemberList role={role} /> : manages ? <LookUp /> : <Notice tone="info">{t('roles.membersHidden', { n: role.members })}</Notice>}
    </div>
  );
}

function MemberList({ role }: { role: RoleView }) {
  const { t } = useTranslation();
  const { ago } = useFormats();
  const { data, error, refetch } = useQuery(everybodyQuery);
  if (error) return <ErrorState compact error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonLines lines={5} />;
  const members = data.filter((one) => one.status !== 'left' && one.roles.some((held) => held.code === role.code));
  if (members.length === 0) return <Empty compact icon="users" title={t('roles.nobody')}>{t('roles.nobodyText')}</Empty>;
  return (
    <ul className="kd-rowlist">
      {members.map((one) => (
        <li key={one.id}>
          <Link to="/people" search={{ id: one.id }} className="kd-role-member"><Person name={one.name} /></Link>
          <span className="kd-faint kd-truncate kd-grow">{[one.unit?.name, one.title].filter(Boolean).join(' · ')}</span>
          {one.status === 'active' ? <span className="kd-faint">{one.last_sign_in ? ago(one.last_sign_in) : t('people.never')}</span> : <StatusDot hue={STATUS_HUE[one.status]} hollow>{t(`people.status.${one.status}`)}</StatusDot>}
        </li>
      ))}
    </ul>
  );
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
