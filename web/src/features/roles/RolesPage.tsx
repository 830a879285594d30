/** Roles as they are: what each may do, on which records, down to the single field. */
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/queries';
import type { RoleView } from '@/api/types';
import { rolesQuery } from '@/features/people/usePeople';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { PageHeader } from '@/ui/PageHeader';
import { Select } from '@/ui/Select';
import { Empty, ErrorState, NoPermission, PageSkeleton } from '@/ui/States';
import { Tabs } from '@/ui/Tabs';
import { Tag } from '@/ui/Tag';
import { usePhone } from '@/ui/useMedia';
import { FieldGrid } from './FieldGrid';
import { RoleMatrix } from './RoleMatrix';
import { RoleMembers } from './RoleMembers';
import '@/features/people/people.css';
import './roles.css';

const ExplainTool = lazy(() => import('./ExplainTool').then((module) => ({ default: module.ExplainTool })));

export function RolesPage() {
  const can = useCan();
  if (!can.capability('roles_read') && !can.capability('roles_manage')) return <NoPermission />;
  return <Roles mayExplain={can.capability('explain_others')} />;
}

const TABS = ['scope', 'fields', 'members'] as const;
type RoleTab = (typeof TABS)[number];

function Roles({ mayExplain }: { mayExplain: boolean }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const phone = usePhone();
  const navigate = useNavigate({ from: '/roles' });
  const search = useSearch({ from: '/shell/roles' });
  const { data: roles, error, refetch } = useQuery(rolesQuery);
  const setSearch = useCallback((patch: Record<string, string | undefined>) => void navigate({ search: (before) => ({ ...before, ...patch }), replace: true }), [navigate]);
  const role = roles?.find((one) => one.code === search['role']) ?? roles?.[0];
  const tab: RoleTab = TABS.find((one) => one === search['tab']) ?? 'scope';
  return (
    <div className="kd-roles">
      <PageHeader
        icon="key"
        title={t('nav.roles')}
        description={phone ? undefined : t('roles.description')}
        actions={mayExplain ? <Button icon="shield-question" onClick={() => setSearch({ why: 'open' })}>{t(phone ? 'roles.explainShort' : 'roles.explain')}</Button> : null}
      />
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !roles ? (
        <PageSkeleton />
      ) : !role ? (
        <Empty icon="key" title={t('roles.empty')}>{t('roles.emptyText')}</Empty>
      ) : (
        <div className="kd-roles-body">
          {phone ? (
            <div className="kd-roles-pick"><Select label={t('roles.list')} value={role.code} onChange={(code) => setSearch({ role: code ?? undefined })} options={roles.map((one) => ({ value: one.code, label: pick(one) }))} /></div>
          ) : (
            <nav className="kd-roles-list" aria-label={t('roles.list')}>
              <RoleGroup title={t('roles.officers')} roles={roles.filter((one) => one.officer)} active={role.code} onPick={(code) => setSearch({ role: code })} />
              <RoleGroup title={t('roles.others')} roles={roles.filter((one) => !one.officer)} active={role.code} onPick={(code) => setSearch({ role: code })} />
            </nav>
          )}
          <div className="kd-role">
            <div className="kd-role-head">
              <div className="kd-row kd-row-wrap"><h2 className={phone ? 'kd-visually-hidden' : undefined}>{pick(role)}</h2>{role.officer ? <Tag hue="violet">{t('roles.officer')}</Tag> : null}{role.builtin ? <Tag>{t('roles.builtin')}</Tag> : null}</div>
              {role.officer ? <p className="kd-muted">{t('roles.officerText')}</p> : null}
            </div>
            <Tabs label={pick(role)} tabs={TABS.map((key) => ({ key, label: t(`roles.tab.${key}`), count: key === 'members' ? role.members : undefined }))} active={tab} onChange={(key) => setSearch({ tab: key })}>
              <div className="kd-role-tab">
                {tab === 'scope' ? role.officer ? <><Capabilities role={role} /><RoleMatrix role={role} roles={roles} /></> : <><RoleMatrix role={role} roles={roles} /><Capabilities role={role} /></> : null}
                {tab === 'fields' ? <FieldGrid role={role} roles={roles} object={search['object']} onObject={(object) => setSearch({ object })} /> : null}
                {tab === 'members' ? <RoleMembers key={role.id} role={role} /> : null}
              </div>
            </Tabs>
          </div>
        </div>
      )}
      {search['why'] ? <Suspense fallback={null}><ExplainTool search={search} onChange={setSearch} onClose={() => setSearch({ why: undefined, person: undefined, on: undefined, record: undefined, action: undefined, field: undefined })} /></Suspense> : null}
    </div>
  );
}

function RoleGroup({ title, roles, active, onPick }: { title: string; roles: readonly RoleView[]; active: string; onPick: (code: string) => void }) {
  const { pick } = useFormats();
  if (roles.length === 0) return null;
  return (
    <div>
      <h3>{title}</h3>
      {roles.map((one) => (
        <button key={one.id} type="button" aria-current={one.code === active || undefined} onClick={() => onPick(one.code)}>
          <span className="kd-truncate kd-grow">{pick(one)}</span>
          <span className="kd-faint">{one.members}</span>
        </button>
      ))}
    </div>
  );
}

/** Rights beyond records: what an office is for. */
function Capabilities({ role }: { role: RoleView }) {
  const { t } = useTranslation();
  if (role.capabilities.length === 0) return null;
  return (
    <section className="kd-role-part">
      <h3>{t('roles.capabilities')}</h3>
      <div className="kd-row kd-row-wrap">{role.capabilities.map((one) => <Tag key={one} hue="indigo">{t(`roles.capability.${one}`, { defaultValue: one })}</Tag>)}</div>
    </section>
  );
}
