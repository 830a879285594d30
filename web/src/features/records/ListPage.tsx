/** The list of one object: saved views, search, filter, grid, actions on many. */
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { KeptContext, useFavourites, useKeep } from '@/app/at-hand';
import { objectIcon } from '@/app/icons';
import { readColumns, writeColumns, type Column, type ListSearch } from '@/app/search';
import { useCan, useObject, viewsQuery } from '@/api/queries';
import type { FieldValue, Filter, ObjectView, RecordView } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { usePreferences } from '@/theme/preferences';
import type { Density } from '@/theme/tokens';
import { Button, IconButton } from '@/ui/Button';
import { ColumnChooser } from '@/ui/grid/ColumnChooser';
import { countConditions } from '@/ui/filter/model';
import { Grid } from '@/ui/grid/Grid';
import { NOTHING, type EditorProps, type GridSelection } from '@/ui/grid/types';
import { Icon } from '@/ui/icons';
import { Menu } from '@/ui/Menu';
import { PageHeader } from '@/ui/PageHeader';
import { Empty, ErrorState, NoPermission, SkeletonRows } from '@/ui/States';
import { usePhone } from '@/ui/useMedia';
import { BulkBar } from './BulkBar';
import { choosable, gridColumns } from './columns';
import { FilterButton } from './FilterButton';
import { clearLayout, setLayout, useLayout } from './layout-store';
import { columnsOf, filterOf, layoutKeyOf, listQuery, sortOf } from './list-query';
import { ListSearchBox } from './ListSearchBox';
import { RecordCard } from './RecordCard';
import { titleText } from './values';
import { useInlineEdit, useRecords } from './useRecords';
import { SortMenu } from './SortMenu';
import { chosenView } from './view-choice';
import { ViewTabs } from './ViewTabs';
import './list.css';

const loadEditor = () => import('./CellEditor');
const CellEditor = lazy(() => loadEditor().then((module) => ({ default: module.CellEditor })));
const CreateDrawer = lazy(() => import('@/features/record/CreateDrawer').then((module) => ({ default: module.CreateDrawer })));

export function ListPage() {
  const { object: key } = useParams({ from: '/shell/o/$object' });
  const object = useObject(key);
  if (!object || !object.actions.includes('read')) return <NoPermission />;
  return <List key={key} object={object} />;
}

const DENSITIES: readonly Density[] = ['compact', 'normal', 'relaxed'];

function List({ object }: { object: ObjectView }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const phone = usePhone();
  const can = useCan();
  const navigate = useNavigate({ from: '/o/$object' });
  const search = useSearch({ from: '/shell/o/$object' });
  const { data: views = [], isPending: choosingView } = useQuery(viewsQuery(object.key));
  const view = chosenView(views, search.view);
  const layoutKey = layoutKeyOf(object, view);
  const kept = useLayout(layoutKey);
  // What the address says comes first, so that a link shows the same; what was set before in this visit comes next.
  useEffect(() => {
    if (search.cols !== undefined) setLayout(layoutKey, { columns: readColumns(search.cols) });
    if (search.density !== undefined) setLayout(layoutKey, { density: search.density });
  }, [layoutKey, search.cols, search.density]);
  const { density: usual } = usePreferences();
  const [selection, setSelection] = useState<GridSelection>(NOTHING);

  const setSearch = useCallback((patch: ListSearch) => void navigate({ search: (before) => ({ ...before, ...patch }), replace: true }), [navigate]);
  const filter = filterOf(search, view);
  const sort = useMemo(() => sortOf(object, { sort: search.sort }, view), [object, search.sort, view]);
  const density: Density = search.density ?? kept.density ?? view?.state.density ?? usual;
  const chosen = useMemo(() => columnsOf(object, { cols: search.cols }, kept.columns, view), [object, search.cols, kept.columns, view]);
  const columns = useMemo(() => gridColumns(object, chosen, formats, t), [object, chosen, formats, t]);

  const searchText = useDeferredValue(search.q);
  const query = useMemo(() => listQuery(object, { q: searchText }, filter, sort, chosen), [object, searchText, filter, sort, chosen]);
  const list = useRecords(object.key, query, !choosingView);
  const edit = useInlineEdit(object.key);
  useEffect(() => setSelection(NOTHING), [query.filter, query.search, object.key]);

  const putColumns = (next: Column[]): void => {
    setLayout(layoutKey, { columns: next });
    setSearch({ cols: writeColumns(next) });
  };
  const putDensity = (next: Density): void => {
    setLayout(layoutKey, { density: next });
    setSearch({ density: next });
  };
  // The filter of a view is taken away by an empty one of one's own.
  const putFilter = (next: Filter | undefined): void => setSearch({ filter: next ?? (view?.state.filter ? { and: [] } : undefined) });
  const onMove = (moved: string, before: string | null): void => {
    const own = chosen.find((one) => one.key === moved);
    if (!own || before === chosen[0]?.key) return;
    const rest = chosen.filter((one) => one.key !== moved);
    const at = before === null ? rest.length : rest.findIndex((one) => one.key === before);
    putColumns([...rest.slice(0, at), own, ...rest.slice(at)]);
  };
  const favourites = useFavourites();
  const keep = useKeep();
  const stars = useMemo(() => ({ ids: new Set(favourites.map((one) => one.id)), keep }), [favourites, keep]);
  const rowLabel = useCallback((row: RecordView) => titleText(row.title, t('record.hiddenTitle')), [t]);
  const open = useCallback((row: RecordView) => void navigate({ to: '/o/$object/$id', params: { object: row.object, id: row.id } }), [navigate]);
  const editor = useCallback((props: EditorProps<RecordView>) => <Suspense fallback={null}><CellEditor object={object} {...props} /></Suspense>, [object]);
  const rowId = useCallback((row: RecordView) => row.id, []);
  const loadMore = list.fetchNextPage;
  const onLoadMore = useCallback(() => void loadMore(), [loadMore]);

  // The editor is fetched when somebody turns to the rows, so that it stands there at the second click.
  const aim = phone || !can.object(object.key, 'update') ? undefined : () => void loadEditor();
  const mayCreate = can.object(object.key, 'create');
  const name = formats.noun(object);
  const names = formats.noun({ zh: object.zh, en: object.en_plural });
  const changed = search.filter !== undefined || search.sort !== undefined || search.cols !== undefined || kept.columns !== undefined || search.density !== undefined || kept.density !== undefined;
  const total = list.count && !list.count.capped ? list.count.n : null;
  const create = mayCreate ? <Button kind="primary" icon="plus" onClick={() => setSearch({ new: 1 })}>{t('list.create', { name })}</Button> : null;
  const selecting = can.object(object.key, 'update') || can.object(object.key, 'delete') || can.object(object.key, 'transfer');

  return (
    <div className="kd-list">
      <PageHeader
        icon={objectIcon(object)}
        title={formats.pick({ zh: object.zh, en: object.en_plural })}
        meta={list.count ? <span className="kd-list-count">{t('list.count', { n: `${formats.number(list.count.n)}${list.count.capped ? '+' : ''}` })}</span> : null}
        actions={
          <>
            {can.object(object.key, 'import') && !phone ? <Button icon="upload" onClick={() => void navigate({ to: '/import/$object', params: { object: object.key } })}>{t('list.import')}</Button> : null}
            {phone ? null : create}
          </>
        }
      />
      <ViewTabs
        object={object}
        views={views}
        view={view}
        changed={changed}
        state={{ columns: chosen, sort, filter: filter ?? null, density }}
        onPick={(id) => { void navigate({ search: (before) => ({ view: id, q: before.q }) }); }}
        onReset={() => { clearLayout(layoutKey); setSearch({ filter: undefined, sort: undefined, cols: undefined, density: undefined }); }}
      />
      <div className="kd-list-tools">
        <ListSearchBox value={search.q ?? ''} placeholder={t('list.search', { name: names })} onChange={(q) => setSearch({ q: q || undefined })} />
        <FilterButton object={object} value={filter} onChange={putFilter} />
        {phone ? <SortMenu columns={columns} sort={sort} onSort={(next) => setSearch({ sort: next })} /> : null}
        <span className="kd-end" />
        {phone ? null : (
          <>
            <Menu placement="bottomRight" items={DENSITIES.map((one) => ({ key: one, label: t(`density.${one}`), checked: density === one, onSelect: () => putDensity(one) }))}>
              <IconButton icon="rows" label={t('density.title')} aria-haspopup="menu" tooltip={false} />
            </Menu>
            <ColumnChooser all={choosable(object, formats, t)} shown={chosen.map((one) => one.key)} onChange={(keys) => putColumns(keys.map((one) => chosen.find((column) => column.key === one) ?? { key: one }))} onReset={() => { clearLayout(layoutKey); setSearch({ cols: undefined }); }} />
          </>
        )}
      </div>
      <BulkBar object={object} selection={selection} onSelection={setSelection} rows={list.rows} count={list.count} query={query} />
      <div className="kd-list-body" aria-busy={list.isFetching || undefined} onPointerDownCapture={aim} onFocusCapture={aim}>
        {list.isPending ? (
          <SkeletonRows rows={14} />
        ) : list.error && list.rows.length === 0 ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : list.rows.length === 0 ? (
          (filter && countConditions(filter) > 0) || search.q ? (
            <Empty icon="search" title={t('list.noMatch')} actions={<Button onClick={() => { putFilter(undefined); setSearch({ q: undefined }); }}>{t('list.clearFilter')}</Button>}>{t('list.noMatchText')}</Empty>
          ) : (
            <Empty icon={objectIcon(object)} title={t('list.empty', { name: names })} actions={<>{create}{can.object(object.key, 'import') ? <Button icon="sheet" onClick={() => void navigate({ to: '/import/$object', params: { object: object.key } })}>{t('list.importFirst')}</Button> : null}</>}>
              {t(`list.teach.${object.key}`, { defaultValue: t('list.teach.default') })}
            </Empty>
          )
        ) : (
          <KeptContext value={stars}>
          <Grid<RecordView>
            label={t('list.grid', { name: names })}
            rows={list.rows}
            rowId={rowId}
            rowLabel={rowLabel}
            columns={columns}
            total={total}
            density={density}
            sort={sort}
            onSort={(next) => setSearch({ sort: next.length > 0 ? next : undefined })}
            selection={selection}
            onSelection={setSelection}
            selectable={selecting}
            onOpen={open}
            hasMore={list.hasNextPage}
            loadingMore={list.isFetchingNextPage}
            onLoadMore={onLoadMore}
            onResize={(column, width) => putColumns(chosen.map((one) => (one.key === column ? { ...one, width } : one)))}
            onMove={onMove}
            onHide={(column) => putColumns(chosen.filter((one) => one.key !== column))}
            editor={editor}
            onEdit={(record, field, value) => edit.mutate({ record, field, value: value as FieldValue })}
            card={(row) => <RecordCard object={object} record={row} />}
          />
          </KeptContext>
        )}
      </div>
      {phone && mayCreate ? <button type="button" className="kd-fab" onClick={() => setSearch({ new: 1 })} aria-label={t('list.create', { name })}><Icon name="plus" size={24} /></button> : null}
      {search.new && mayCreate ? (
        <Suspense fallback={null}>
          <CreateDrawer object={object} onClose={() => setSearch({ new: undefined })} onCreated={(record) => void navigate({ to: '/o/$object/$id', params: { object: record.object, id: record.id } })} />
        </Suspense>
      ) : null}
    </div>
  );
}
