/** Which role may do what: actions by object with their reach, and the level of every field. */
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCan, useObjects } from '@/api/queries';
import type { ObjectView, Page as ApiPage, RoleView } from '@/api/types';
import { objectIcon } from '@/app/icons';
import { useFormats } from '@/i18n/format';
import { cx } from '@/ui/classes';
import { Icon } from '@/ui/icons';
import { PageHeader, Section } from '@/ui/PageHeader';
import { Empty, ErrorState, NoPermission, SkeletonRows } from '@/ui/States';
import { Tabs } from '@/ui/Tabs';
import { Tag } from '@/ui/Tag';
import { Tooltip } from '@/ui/Tooltip';
import './roles.css';

export function RolesPage() {
  const can = useCan();
  return can.capability('roles_read') || can.capability('roles_manage') ? <Roles /> : <NoPermission />;
}

function Roles() {
  const { t } = useTranslation();
  const { pick, number } = useFormats();
  const navigate = useNavigate({ from: '/roles' });
  const search = useSearch({ from: '/shell/roles' }) as Record<string, string | undefined>;
  const { data, error, refetch } = useQuery({ queryKey: ['roles'], queryFn: async () => (await api.get<ApiPage<RoleView>>('/roles')).items });
  const role = data?.find((one) => one.code === search['role']) ?? data?.[0];
  return (
    <div className="kd-page">
      <PageHeader icon="key" title={t('nav.roles')} description={t('roles.lead')} />
      <div className="kd-roles">
        {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : !data ? <SkeletonRows rows={8} /> : (
          <>
            <nav className="kd-roles-list" aria-label={t('nav.roles')}>
              {data.map((one) => (
                <button key={one.id} type="button" aria-current={one.id === role?.id || undefined} onClick={() => void navigate({ search: (before: Record<string, string | undefined>) => ({ ...before, role: one.code }), replace: true })}>
                  <Icon name={one.officer ? 'shield' : 'users'} className="kd-faint" />
                  <span className="kd-grow kd-truncate">{pick(one)}</span>
                  <span className="kd-tab-count">{number(one.members)}</span>
                </button>
              ))}
            </nav>
            {role ? <Role key={role.id} role={role} /> : null}
          </>
        )}
      </div>
    </div>
  );
}

function Role({ role }: { role: RoleView }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const objects = useObjects();
  const navigate = useNavigate({ from: '/roles' });
  const search = useSearch({ from: '/shell/roles' }) as Record<string, string | undefined>;
  const covered = role.objects.filter((one) => objects.some((object) => object.key === one.object));
  const current = covered.find((one) => one.object === search['object']) ?? covered[0];
  const actions = [...new Set(['read', 'create', 'update', 'delete', 'reveal', 'share', 'transfer', 'import', ...covered.flatMap((one) => Object.keys(one.actions))])];
  const view = objects.find((object) => object.key === current?.object);
  return (
    <div className="kd-roles-detail">
      <div className="kd-row kd-row-wrap">
        <h2>{pick(role)}</h2>
        {role.builtin ? <Tag>{t('roles.builtin')}</Tag> : null}
        {role.officer ? <Tag hue="violet">{t('roles.officer')}</Tag> : null}
      </div>
      {role.capabilities.length > 0 ? <Section title={t('roles.capabilities')}><div className="kd-row kd-row-wrap">{role.capabilities.map((one) => <Tag key={one} hue="blue">{t(`capability.${one}`, { defaultValue: one })}</Tag>)}</div></Section> : null}
      {covered.length === 0 ? <Empty compact icon="shield" title={t('roles.noObjects')}>{t('roles.noObjectsText')}</Empty> : (
        <>
          <Section title={t('roles.matrix')} description={t('roles.matrixText')} flush>
            <div className="kd-table-scroll kd-roles-matrix">
              <table className="kd-table">
                <thead><tr><th scope="col">{t('roles.object')}</th>{actions.map((action) => <th key={action} scope="col">{t(`action.${action}`, { defaultValue: action })}</th>)}</tr></thead>
                <tbody>
                  {covered.map((one) => {
                    const object = objects.find((candidate) => candidate.key === one.object);
                    return (
                      <tr key={one.object}>
                        <th scope="row"><span className="kd-row"><Icon name={objectIcon(one.object)} size={15} className="kd-faint" />{object ? pick(object) : one.object}</span></th>
                        {actions.map((action) => {
                          const scopes = one.actions[action] ?? [];
                          return <td key={action}>{scopes.length > 0 ? <span className="kd-scopes">{scopes.map((scope) => <span key={scope} className={cx('kd-scope', scope === 'all' && 'kd-scope-all')}>{t(`scopeShort.${scope}`, { defaultValue: scope })}</span>)}</span> : <span className="kd-faint" aria-label={t('roles.notAllowed')}>·</span>}</td>;
                        })}
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </div>
          </Section>
          {current && view ? (
            <Section title={t('roles.fields')} description={t('roles.fieldsText')}>
              <Tabs label={t('roles.object')} tabs={covered.map((one) => ({ key: one.object, label: pick(objects.find((object) => object.key === one.object) ?? { zh: one.object, en: one.object }) }))} active={current.object} onChange={(key) => void navigate({ search: (before: Record<string, string | undefined>) => ({ ...before, object: key }), replace: true })} />
              <Fields view={view} levels={current.fields} />
            </Section>
          ) : null}
        </>
      )}
    </div>
  );
}

const LEVELS = ['none', 'masked', 'read', 'write'] as const;

function Fields({ view, levels }: { view: ObjectView; levels: RoleView['objects'][number]['fields'] }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  return (
    <div className="kd-table-scroll">
      <table className="kd-table kd-levels">
        <thead><tr><th scope="col">{t('explain.field')}</th><th scope="col">{t('roles.class')}</th>{LEVELS.map((level) => <th key={level} scope="col">{t(`level.${level}`)}</th>)}</tr></thead>
        <tbody>
          {view.fields.map((field) => {
            const level = levels.find((one) => one.key === field.key)?.level ?? 'none';
            const at = LEVELS.indexOf(level);
            return (
              <tr key={field.key}>
                <th scope="row">{pick(field)}</th>
                <td><Tooltip title={t(`class.${field.class}`)}><span><Tag hue={field.class === 'P3' ? 'rose' : field.class === 'P2' ? 'violet' : field.class === 'P1' ? 'blue' : 'slate'}>{field.class}</Tag></span></Tooltip></td>
                {LEVELS.map((one, index) => <td key={one}><span className={cx('kd-level', index === at && 'kd-level-on', index < at && 'kd-level-under')}>{index === at ? <Icon name={one === 'none' ? 'eye-off' : one === 'masked' ? 'lock' : one === 'read' ? 'eye' : 'edit'} size={14} label={t(`level.${one}`)} /> : null}</span></td>)}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
