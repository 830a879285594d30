/** One person: facts, place, roles, sessions, and the ways to stop access. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { useCan, useMe } from '@/api/queries';
import type { PersonView } from '@/api/types';
import { useStepUp } from '@/app/StepUp';
import { useFormats } from '@/i18n/format';
import { useUnitName } from '@/i18n/names';
import { Avatar } from '@/ui/Avatar';
import { Button } from '@/ui/Button';
import { useConfirm } from '@/ui/Confirm';
import { Drawer } from '@/ui/Dialog';
import { Menu, type MenuItem } from '@/ui/Menu';
import { Facts } from '@/ui/PageHeader';
import { ErrorState, SkeletonLines } from '@/ui/States';
import { Tabs } from '@/ui/Tabs';
import { StatusDot, Tag } from '@/ui/Tag';
import { useToast } from '@/ui/toast';
import { CompanyFact } from './CompanyField';
import { PersonEdit } from './PersonEdit';
import { PersonRoles } from './PersonRoles';
import { PersonSessions } from './PersonSessions';
import { endsSoon, STATUS_HUE } from './person-columns';
import { StatusDialog } from './StatusDialog';
import { personQuery, useRefresh, type Invite, type PersonRow, type StatusVerb } from './usePeople';

interface PersonDrawerProps { id: string; full: boolean; hint?: PersonRow; onClose: () => void; onInvite: (name: string, invite: Invite) => void }
type PersonTab = 'facts' | 'roles' | 'sessions';

export function PersonDrawer({ id, full, hint, onClose, onInvite }: PersonDrawerProps) {
  const { t } = useTranslation();
  const can = useCan();
  const query = useQuery({ ...personQuery(id), enabled: full });
  const person: PersonView | PersonRow | undefined = query.data ?? hint;
  const roles = can.capability('roles_read') || can.capability('roles_manage');
  const sessions = can.capability('sessions_manage');
  const all: (PersonTab | false)[] = [full && 'facts', roles && 'roles', sessions && 'sessions'];
  const tabs = all.filter((one) => one !== false);
  const [tab, setTab] = useState<PersonTab>(tabs[0] ?? 'facts');
  const [editing, setEditing] = useState(false);
  // While something is being changed the ways to stop access are out of reach of a slip.
  const tools = full && query.data && !(editing && tab === 'facts');
  return (
    <Drawer open width={600} title={person ? <PersonTitle person={person} full={full} /> : t('people.person')} onClose={onClose} footer={tools && query.data ? <Tools person={query.data} onInvite={onInvite} /> : undefined}>
      {query.error ? (
        <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
      ) : full && !query.data ? (
        <SkeletonLines lines={8} />
      ) : (
        <Tabs label={t('people.person')} tabs={tabs.map((key) => ({ key, label: t(`people.tab.${key}`) }))} active={tab} onChange={setTab}>
          <div className="kd-person-tab">
            {tab === 'facts' && query.data ? <PersonFacts person={query.data} editing={editing} onEditing={setEditing} /> : null}
            {tab === 'roles' ? <PersonRoles id={id} name={person?.name ?? ''} left={person?.status === 'left'} /> : null}
            {tab === 'sessions' ? <PersonSessions id={id} name={person?.name ?? ''} /> : null}
          </div>
        </Tabs>
      )}
    </Drawer>
  );
}

function PersonTitle({ person, full }: { person: PersonView; full: boolean }) {
  const { t } = useTranslation();
  const unitName = useUnitName();
  return (
    <span className="kd-person-title">
      <Avatar name={person.name} size="large" />
      <span className="kd-grow">
        <span className="kd-row"><span className="kd-truncate">{person.name}</span>{person.kind === 'partner' ? <Tag hue="amber">{t('people.kind.partner')}</Tag> : null}</span>
        <span className="kd-person-sub">{full ? <StatusDot hue={STATUS_HUE[person.status]} hollow={person.status !== 'active'}>{t(`people.status.${person.status}`)}</StatusDot> : null}<span className="kd-truncate">{[person.title, unitName(person.unit)].filter(Boolean).join(' · ')}</span></span>
      </span>
    </span>
  );
}

function PersonFacts({ person, editing, onEditing }: { person: PersonView; editing: boolean; onEditing: (on: boolean) => void }) {
  const { t } = useTranslation();
  const { dateTime, date, pick } = useFormats();
  const unitName = useUnitName();
  const none = <span className="kd-empty" />;
  if (editing) return <PersonEdit person={person} onDone={() => onEditing(false)} />;
  return (
    <div className="kd-stack">
      <Facts
        items={[
          { label: t('people.login'), value: person.login },
          { label: t('people.email'), value: person.email ?? none },
          { label: t('people.title'), value: person.title ?? none },
          ...(person.kind === 'partner' ? [{ label: t('people.company'), value: person.company ? <CompanyFact id={person.company} /> : none }] : []),
          { label: t('people.unit'), value: unitName(person.unit) ?? none },
          { label: t('people.manager'), value: person.manager?.name ?? none },
          { label: t('people.roles'), value: person.roles.length > 0 ? person.roles.map(pick).join(t('common.listGap')) : t('people.noRole') },
          { label: t('people.factor'), value: t(person.second_factor ? 'people.factorOn' : 'people.factorOff') },
          { label: t('people.lastSignIn'), value: person.last_sign_in ? dateTime(person.last_sign_in) : t('people.never') },
          { label: t('people.until'), value: person.valid_until ? <span className={endsSoon(person.valid_until) ? 'kd-people-warn' : undefined}>{date(person.valid_until)}</span> : t('people.open') },
        ]}
      />
      {person.status === 'left' ? null : <div><Button icon="edit" onClick={() => onEditing(true)}>{t('people.change')}</Button></div>}
    </div>
  );
}

function Tools({ person, onInvite }: { person: PersonView; onInvite: PersonDrawerProps['onInvite'] }) {
  const { t } = useTranslation();
  const me = useMe();
  const toast = useToast();
  const confirm = useConfirm();
  const stepUp = useStepUp();
  const refresh = useRefresh();
  const [verb, setVerb] = useState<StatusVerb | null>(null);
  const reset = useMutation({
    mutationFn: () => stepUp(() => api.post<Invite | { invite: Invite }>(`/people/${person.id}/reset`)),
    onSuccess: (answer) => { refresh(); onInvite(person.name, 'invite' in answer ? answer.invite : answer); },
    onError: (error) => { const problem = asProblem(error); toast({ kind: 'error', text: problem.detail ?? problem.title }); },
  });
  const askReset = async (): Promise<void> => {
    if (await confirm({ title: t('people.resetTitle', { name: person.name }), text: t('people.resetText'), action: t('people.reset') })) reset.mutate();
  };
  // The dialog stays after its action: it then lists what the person left behind.
  const dialog = verb ? <StatusDialog key="status" person={person} verb={verb} onClose={() => setVerb(null)} /> : null;
  if (person.status === 'left') return <><span className="kd-muted kd-grow">{t('people.leftNote')}</span>{dialog}</>;
  if (person.id === me.person.id) return <span className="kd-muted kd-grow">{t('people.selfNote')}</span>;
  const more: MenuItem[] = [
    { key: 'reset', icon: 'key', label: t(person.status === 'pending' ? 'people.reinvite' : 'people.reset'), onSelect: () => void askReset() },
    { kind: 'divider', key: 'd' },
    { key: 'end', icon: 'log-out', danger: true, label: t('people.end'), onSelect: () => setVerb('end') },
  ];
  return (
    <>
      <Menu items={more} placement="topLeft"><Button kind="quiet" icon="more" aria-haspopup="menu" loading={reset.isPending}>{t('common.more')}</Button></Menu>
      <span className="kd-end" />
      {person.status === 'active' ? <Button icon="pause" onClick={() => setVerb('suspend')}>{t('people.suspend')}</Button> : null}
      {person.status === 'suspended' ? <Button kind="primary" icon="play" onClick={() => setVerb('resume')}>{t('people.resume')}</Button> : null}
      {dialog}
    </>
  );
}
