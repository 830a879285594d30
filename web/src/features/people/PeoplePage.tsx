/** Everybody who may sign in: who they are, where they belong, what they hold. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { unitsQuery, useCan } from '@/api/queries';
import { useFormats } from '@/i18n/format';
import { useUnitName } from '@/i18n/names';
import { Button } from '@/ui/Button';
import { TextInput } from '@/ui/Field';
import { Grid } from '@/ui/grid/Grid';
import { NOTHING } from '@/ui/grid/types';
import { Icon } from '@/ui/icons';
import { Menu, type MenuItem } from '@/ui/Menu';
import { PageHeader } from '@/ui/PageHeader';
import { Empty, ErrorState, NoPermission, SkeletonRows } from '@/ui/States';
import { CreatePerson } from './CreatePerson';
import { FirstOfficer } from './FirstOfficer';
import { InviteDialog } from './InviteDialog';
import { PersonCard } from './PersonCard';
import { PersonDrawer } from './PersonDrawer';
import { personColumns } from './person-columns';
import { buildTree, unitOptions } from './unit-tree';
import { usePeople, type Invite, type PeopleFilter, type PersonRow } from './usePeople';
import './people.css';

const STATUSES = ['active', 'pending', 'suspended', 'left'] as const;
const nothing = (): void => undefined;

export function PeoplePage() {
  const can = useCan();
  const full = can.capability('people_manage');
  if (!full && !can.capability('roles_manage') && !can.capability('sessions_manage')) return <NoPermission />;
  return <People full={full} />;
}

function People({ full }: { full: boolean }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const unitOf = useUnitName();
  const navigate = useNavigate({ from: '/people' });
  const search = useSearch({ from: '/shell/people' });
  const [creating, setCreating] = useState(false);
  const [invite, setInvite] = useState<{ name: string; invite: Invite } | null>(null);
  const { data: units = [] } = useQuery(unitsQuery);
  const q = useDeferredValue(search['q']);
  const filter = useMemo<PeopleFilter>(() => ({ q, unit: search['unit'], status: search['status'] }), [q, search]);
  const list = usePeople(filter, full);
  const setSearch = useCallback((patch: Record<string, string | undefined>) => void navigate({ search: (before) => ({ ...before, ...patch }), replace: true }), [navigate]);
  const columns = useMemo(() => personColumns(formats, t, unitOf, full), [formats, t, unitOf, full]);
  const { fetchNextPage } = list;
  const onLoadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const tree = useMemo(() => buildTree(units), [units]);
  const unitName = units.find((one) => one.id === search['unit']);
  const unitItems: MenuItem[] = [
    { key: 'all', label: t('people.anyUnit'), checked: !search['unit'], onSelect: () => setSearch({ unit: undefined }) },
    ...unitOptions(tree, formats.pick).map((one): MenuItem => ({ key: one.value, label: <span style={{ paddingInlineStart: one.level * 14 }}>{one.label}</span>, checked: search['unit'] === one.value, onSelect: () => setSearch({ unit: one.value }) })),
  ];
  const statusItems: MenuItem[] = [undefined, ...STATUSES].map((one) => ({ key: one ?? 'all', label: one ? t(`people.status.${one}`) : t('people.anyStatus'), checked: search['status'] === one, onSelect: () => setSearch({ status: one }) }));
  const filtered = Boolean(search['q'] ?? search['unit'] ?? search['status']);
  const create = full ? <Button kind="primary" icon="user-plus" onClick={() => setCreating(true)}>{t('people.create')}</Button> : null;
  return (
    <div className="kd-people">
      <PageHeader
        icon="users"
        title={t('nav.people')}
        meta={list.data ? <span className="kd-list-count kd-faint">{t('people.count', { n: `${formats.number(list.rows.length)}${list.hasNextPage ? '+' : ''}` })}</span> : null}
        actions={create}
      />
      {full ? <FirstOfficer people={list.rows} /> : null}
      <div className="kd-people-tools">
        <TextInput className="kd-people-search" value={search['q'] ?? ''} onChange={(text) => setSearch({ q: text || undefined })} label={t('people.search')} placeholder={t('people.search')} prefix={<Icon name="search" size={15} />} allowClear />
        <Menu items={unitItems}><Button kind={search['unit'] ? 'default' : 'quiet'} iconEnd="chevron-down" aria-haspopup="menu" aria-pressed={Boolean(search['unit'])}>{unitName ? formats.pick({ zh: unitName.name_zh, en: unitName.name_en }) : t('people.unit')}</Button></Menu>
        {full ? <Menu items={statusItems}><Button kind={search['status'] ? 'default' : 'quiet'} iconEnd="chevron-down" aria-haspopup="menu" aria-pressed={Boolean(search['status'])}>{search['status'] ? t(`people.status.${search['status']}`, { defaultValue: search['status'] }) : t('people.statusTitle')}</Button></Menu> : null}
      </div>
      <div className="kd-people-body" aria-busy={list.isFetching || undefined}>
        {list.isPending ? (
          <SkeletonRows rows={12} />
        ) : list.error && list.rows.length === 0 ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : list.rows.length === 0 ? (
          filtered ? (
            <Empty icon="search" title={t('people.noMatch')} actions={<Button onClick={() => setSearch({ q: undefined, unit: undefined, status: undefined })}>{t('list.clearFilter')}</Button>}>{t('people.noMatchText')}</Empty>
          ) : (
            <Empty icon="users" title={t('people.empty')} actions={create}>{t('people.emptyText')}</Empty>
          )
        ) : (
          <Grid<PersonRow>
            label={t('nav.people')}
            rows={list.rows}
            rowId={(row) => row.id}
            rowLabel={(row) => row.name}
            columns={columns}
            total={list.hasNextPage ? null : list.rows.length}
            density="normal"
            sort={[]}
            onSort={nothing}
            selection={NOTHING}
            onSelection={nothing}
            selectable={false}
            onOpen={(row) => setSearch({ id: row.id })}
            hasMore={list.hasNextPage}
            loadingMore={list.isFetchingNextPage}
            onLoadMore={onLoadMore}
            onResize={nothing}
            onMove={nothing}
            onHide={nothing}
            card={(row) => <PersonCard person={row} />}
          />
        )}
      </div>
      {search['id'] ? <PersonDrawer key={search['id']} id={search['id']} full={full} hint={list.rows.find((one) => one.id === search['id'])} onClose={() => setSearch({ id: undefined })} onInvite={(name, one) => setInvite({ name, invite: one })} /> : null}
      {creating ? <CreatePerson onClose={() => setCreating(false)} onCreated={(name, one) => { setCreating(false); setInvite({ name, invite: one }); }} /> : null}
      {invite ? <InviteDialog name={invite.name} invite={invite.invite} onClose={() => setInvite(null)} /> : null}
    </div>
  );
}
