/** Everybody with an account: find, invite, change, suspend, end. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { unitsQuery, useCan } from '@/api/queries';
import type { Page as ApiPage, PersonView } from '@/api/types';
import { ListSearchBox } from '@/features/records/ListSearchBox';
import { useFormats } from '@/i18n/format';
import type { Hue } from '@/theme/tokens';
import { Person } from '@/ui/Avatar';
import { Button } from '@/ui/Button';
import { Icon } from '@/ui/icons';
import { Page, PageHeader, Section } from '@/ui/PageHeader';
import { Select } from '@/ui/Select';
import { Empty, ErrorState, NoPermission, SkeletonRows } from '@/ui/States';
import { StatusDot, Tag } from '@/ui/Tag';
import { Tooltip } from '@/ui/Tooltip';
import { InviteDrawer } from './InviteDrawer';
import { PersonDrawer } from './PersonDrawer';
import './people.css';

export const STATUS_HUE: Record<PersonView['status'], Hue> = { active: 'green', suspended: 'amber', left: 'slate', pending: 'blue' };
const STATUSES = ['active', 'pending', 'suspended', 'left'] as const;

export function PeoplePage() {
  const can = useCan();
  return can.capability('people_manage') ? <People /> : <NoPermission />;
}

function People() {
  const { t } = useTranslation();
  const { pick, ago, language } = useFormats();
  const navigate = useNavigate({ from: '/people' });
  const search = useSearch({ from: '/shell/people' }) as Record<string, string | undefined>;
  const put = (patch: Record<string, string | undefined>): void => void navigate({ search: (before: Record<string, string | undefined>) => ({ ...before, ...patch }), replace: true });
  const [inviting, setInviting] = useState(false);
  const { data: units = [] } = useQuery(unitsQuery);
  const filters = { q: search['q'], unit: search['unit'], status: search['status'] };
  const { data, error, refetch } = useQuery({ queryKey: ['people', filters], queryFn: async () => (await api.get<ApiPage<PersonView>>('/people', { query: filters })).items, placeholderData: keepPreviousData });
  const open = data?.find((one) => one.id === search['id']);
  return (
    <Page wide header={<PageHeader icon="users" title={t('nav.people')} description={t('people.lead')} actions={<Button kind="primary" icon="user-plus" onClick={() => setInviting(true)}>{t('people.invite')}</Button>} />}>
      <div className="kd-toolbar">
        <ListSearchBox value={filters.q ?? ''} placeholder={t('people.search')} onChange={(q) => put({ q: q || undefined })} />
        <Select width={180} label={t('people.unit')} placeholder={t('people.unit')} allowClear search value={filters.unit ?? null} onChange={(unit) => put({ unit: unit ?? undefined })} options={units.map((unit) => ({ value: unit.id, label: language === 'en' ? unit.name_en : unit.name_zh }))} />
        <Select width={140} label={t('people.status')} placeholder={t('people.status')} allowClear value={filters.status ?? null} onChange={(status) => put({ status: status ?? undefined })} options={STATUSES.map((one) => ({ value: one, label: t(`personStatus.${one}`) }))} />
      </div>
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : !data ? <SkeletonRows rows={8} /> : data.length === 0 ? <Empty icon="users" title={t('people.empty')} /> : (
        <Section flush>
          <div className="kd-table-scroll">
            <table className="kd-table">
              <thead><tr><th>{t('people.name')}</th><th>{t('people.status')}</th><th>{t('people.unit')}</th><th>{t('people.title')}</th><th>{t('people.roles')}</th><th>{t('people.factor')}</th><th>{t('people.lastSignIn')}</th></tr></thead>
              <tbody>
                {data.map((one) => (
                  <tr key={one.id} className="kd-clickable" onClick={() => put({ id: one.id })}>
                    <td><button type="button" className="kd-rowbutton" onClick={() => put({ id: one.id })}><Person name={one.name} /></button>{one.kind === 'partner' ? <Tag hue="orange">{t('people.partner')}</Tag> : null}</td>
                    <td><StatusDot hue={STATUS_HUE[one.status]}>{t(`personStatus.${one.status}`)}</StatusDot></td>
                    <td>{one.unit?.name ?? '—'}</td>
                    <td>{one.title ?? '—'}</td>
                    <td><span className="kd-row">{one.roles.map((role) => <Tag key={role.code} hue="blue">{pick(role)}</Tag>)}</span></td>
                    <td>{one.second_factor ? <Tooltip title={t('people.factorOn')}><span><Icon name="shield-check" className="kd-good" label={t('people.factorOn')} /></span></Tooltip> : <Tooltip title={t('people.factorOff')}><span><Icon name="shield-alert" className="kd-warn" label={t('people.factorOff')} /></span></Tooltip>}</td>
                    <td className="kd-faint">{one.last_sign_in ? ago(one.last_sign_in) : t('people.never')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Section>
      )}
      {inviting ? <InviteDrawer units={units} onClose={() => setInviting(false)} /> : null}
      {open ? <PersonDrawer key={open.id} person={open} units={units} onClose={() => put({ id: undefined })} /> : null}
    </Page>
  );
}
