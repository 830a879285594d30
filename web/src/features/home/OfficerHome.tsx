/** The start page of the offices: each sees the part it answers for. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { Capability, SignedIn } from '@/api/types';
import { HeadFacts } from '@/features/evidence/HeadCard';
import { headQuery } from '@/features/evidence/useEvidence';
import { everybodyQuery, rolesQuery } from '@/features/people/usePeople';
import { readStatus } from '@/features/settings/model';
import { useFormats } from '@/i18n/format';
import { Icon, type IconName } from '@/ui/icons';
import { Facts, Section } from '@/ui/PageHeader';
import { Empty, ErrorState, SkeletonLines } from '@/ui/States';
import { StatusDot } from '@/ui/Tag';
import { countPeople } from './people-counts';
import '@/features/evidence/evidence.css';

export function OfficerHome({ me }: { me: SignedIn }) {
  const { t } = useTranslation();
  const can = (name: Capability): boolean => me.capabilities.includes(name);
  const roles = can('roles_read') || can('roles_manage');
  const evidence = can('evidence_read');
  const cards = [can('people_manage') ? <PeopleCard key="people" /> : null, roles ? <RolesCard key="roles" explain={can('explain_others')} /> : null, can('settings_manage') ? <StatusCard key="status" /> : null].filter((one) => one !== null);
  if (!evidence && cards.length === 0) return <Empty icon="key" title={t('home.nothing')}>{t('home.nothingText')}</Empty>;
  return (
    <div className="kd-stack kd-office-stack">
      {evidence ? <EvidenceCard /> : null}
      {cards.length > 0 ? <div className="kd-office">{cards}</div> : null}
    </div>
  );
}

function More({ to, search, icon, children }: { to: string; search?: Record<string, string>; icon: IconName; children: ReactNode }) {
  return <Link to={to} search={search} className="kd-office-link"><Icon name={icon} size={15} /><span className="kd-grow">{children}</span><Icon name="chevron-right" size={14} /></Link>;
}

function EvidenceCard() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(headQuery);
  return (
    <Section flush title={t('nav.evidence')} description={t('home.office.evidence')}>
      {error ? <ErrorState compact error={error} onRetry={() => void refetch()} /> : data ? <div className="kd-office-head"><HeadFacts head={data} /></div> : <div className="kd-home-wait"><SkeletonLines lines={2} /></div>}
      <div className="kd-office-links">
        <More to="/evidence" search={{ range: 'today', outcome: 'refused' }} icon="shield-alert">{t('home.office.refused')}</More>
        <More to="/evidence" search={{ range: 'week', action: 'record.reveal' }} icon="eye">{t('home.office.reveals')}</More>
        <More to="/evidence" search={{ range: 'week', action: 'role.' }} icon="key">{t('home.office.roleChanges')}</More>
      </div>
    </Section>
  );
}

function PeopleCard() {
  const { t } = useTranslation();
  const { number } = useFormats();
  const { data, error, refetch } = useQuery(everybodyQuery);
  const counts = data ? countPeople(data, Date.now()) : null;
  const figure = (key: string, n: number, warn: boolean, search?: Record<string, string>) => (
    <Link key={key} to="/people" search={search} className={warn && n > 0 ? 'kd-figure kd-figure-warn' : 'kd-figure'}><strong>{number(n)}</strong><span>{t(`home.office.${key}`)}</span></Link>
  );
  return (
    <Section flush title={t('nav.people')} description={t('home.office.people')}>
      {error ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : counts ? (
        <div className="kd-figures">
          {figure('active', counts.active, false, { status: 'active' })}
          {figure('pending', counts.pending, false, { status: 'pending' })}
          {figure('suspended', counts.suspended, false, { status: 'suspended' })}
          {figure('noFactor', counts.noFactor, true)}
          {figure('ending', counts.ending, true)}
          {figure('noRole', counts.noRole, true)}
        </div>
      ) : (
        <div className="kd-home-wait"><SkeletonLines lines={3} /></div>
      )}
      <div className="kd-office-links"><More to="/people" icon="users">{t('home.office.allPeople')}</More><More to="/units" icon="tree">{t('home.office.units')}</More></div>
    </Section>
  );
}

function RolesCard({ explain }: { explain: boolean }) {
  const { t } = useTranslation();
  const { pick, number } = useFormats();
  const { data, error, refetch } = useQuery(rolesQuery);
  return (
    <Section flush title={t('nav.roles')} description={t('home.office.roles')}>
      {error ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <div className="kd-figures">{data.map((role) => <Link key={role.id} to="/roles" search={{ role: role.code }} className="kd-figure"><strong>{number(role.members)}</strong><span>{pick(role)}</span></Link>)}</div>
      ) : (
        <div className="kd-home-wait"><SkeletonLines lines={3} /></div>
      )}
      <div className="kd-office-links"><More to="/roles" icon="key">{t('home.office.matrix')}</More>{explain ? <More to="/roles" search={{ why: 'open' }} icon="shield-question">{t('roles.explain')}</More> : null}</div>
    </Section>
  );
}

function StatusCard() {
  const { t } = useTranslation();
  const { number, bytes } = useFormats();
  const { data, error, refetch } = useQuery({ queryKey: ['status'], queryFn: () => api.get<unknown>('/status'), refetchInterval: 30_000 });
  const status = data === undefined ? null : readStatus(data);
  return (
    <Section title={t('nav.settings')} description={t('home.office.status')}>
      {error ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : status ? (
        <Facts
          items={[
            { label: t('home.office.version'), value: status.version },
            { label: t('home.office.store'), value: t(`home.office.engine.${status.engine}`, { defaultValue: status.engine }) },
            { label: t('home.office.uptime'), value: uptime(status.seconds, t) },
            { label: t('home.office.search'), value: <StatusDot hue={status.arena.ready ? 'green' : 'amber'}>{t(status.arena.ready ? 'home.office.searchReady' : 'home.office.searchFilling', { n: number(status.arena.records), size: bytes(status.arena.bytes) })}</StatusDot> },
          ]}
        />
      ) : (
        <SkeletonLines lines={2} />
      )}
      <div className="kd-office-links kd-office-links-in"><More to="/settings" icon="settings">{t('home.office.settings')}</More></div>
    </Section>
  );
}

function uptime(seconds: number, t: (key: string, args: Record<string, unknown>) => string): string {
  const hours = Math.floor(seconds / 3600);
  if (hours < 1) return t('home.office.minutes', { n: Math.floor(seconds / 60) });
  return hours < 48 ? t('home.office.hours', { n: hours }) : t('home.office.days', { n: Math.floor(hours / 24) });
}
