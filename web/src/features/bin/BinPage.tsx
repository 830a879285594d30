/** Deleted records, by object, and the way back for them. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan, useObjects } from '@/api/queries';
import type { ListQuery, ObjectView, RecordView } from '@/api/types';
import { cardFields } from '@/features/records/list-query';
import { gridColumns } from '@/features/records/columns';
import { RecordCard } from '@/features/records/RecordCard';
import { useRecords } from '@/features/records/useRecords';
import { titleText } from '@/features/records/values';
import { useFormats } from '@/i18n/format';
import { usePreferences } from '@/theme/preferences';
import { Button } from '@/ui/Button';
import { Grid } from '@/ui/grid/Grid';
import { SelectionBar } from '@/ui/grid/SelectionBar';
import { NOTHING, selectedCount, type GridColumn, type GridSelection, type GridSort } from '@/ui/grid/types';
import { PageHeader } from '@/ui/PageHeader';
import { Empty, ErrorState, NoPermission, SkeletonRows } from '@/ui/States';
import { Tabs } from '@/ui/Tabs';
import { binColumns, binObjects } from './model';
import { useRestore } from './useRestore';
import './bin.css';

export function BinPage() {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const can = useCan();
  const navigate = useNavigate({ from: '/bin' });
  const search = useSearch({ from: '/shell/bin' });
  const objects = binObjects(useObjects(), can.object);
  const object = objects.find((one) => one.key === search.object) ?? objects[0];
  if (!object) return <NoPermission />;
  return (
    <div className="kd-bin">
      <PageHeader icon="trash" title={t('nav.bin')} description={t('bin.text')} />
      <div className="kd-bin-tabs">
        <Tabs label={t('bin.objects')} tabs={objects.map((one) => ({ key: one.key, label: pick({ zh: one.zh, en: one.en_plural }) }))} active={object.key} onChange={(key) => void navigate({ search: { object: key }, replace: true })} />
      </div>
      <Deleted key={object.key} object={object} mayRestore={can.object(object.key, 'restore') || can.object(object.key, 'delete')} />
    </div>
  );
}

function Deleted({ object, mayRestore }: { object: ObjectView; mayRestore: boolean }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const navigate = useNavigate();
  const { density } = usePreferences();
  const [sort, setSort] = useState<GridSort[]>([{ field: '_updated_at', descending: true }]);
  const [selection, setSelection] = useState<GridSelection>(NOTHING);
  const [widths, setWidths] = useState<Record<string, number>>({});
  const query = useMemo<ListQuery>(() => ({ deleted: true, sort, fields: cardFields(object) }), [object, sort]);
  const list = useRecords(object.key, query);
  const { restore, restoreMany, busy } = useRestore(object);
  useEffect(() => setSelection(NOTHING), [query]);

  const mayBring = useCallback((row: RecordView): boolean => row.can.includes('restore') || (mayRestore && row.can.includes('delete')), [mayRestore]);
  const columns = useMemo<GridColumn<RecordView>[]>(() => {
    const own = gridColumns(object, binColumns(object).map((key) => ({ key })), formats, t).map((column) => ({ ...column, editable: undefined }));
    const gone: GridColumn<RecordView> = { key: '_deleted_at', title: t('bin.deletedAt'), width: 140, render: (row) => <span className="kd-faint" title={row.deleted_at ? formats.dateTime(row.deleted_at) : undefined}>{row.deleted_at ? formats.ago(row.deleted_at) : '—'}</span> };
    // A column of its own: hovering tools would cover what helps to recognise the record.
    const back: GridColumn<RecordView> = { key: '_restore', title: t('bin.back'), width: 104, render: (row) => (mayBring(row) ? <Button size="small" kind="quiet" icon="restore" className="kd-bin-back" aria-label={t('bin.restoreOne', { name: titleText(row.title, t('record.hiddenTitle')) })} onClick={() => restore(row)}>{t('bin.restore')}</Button> : null) };
    return [...own.slice(0, 1), gone, back, ...own.slice(1)].map((column) => ({ ...column, width: widths[column.key] ?? column.width }));
  }, [object, formats, t, widths, mayBring, restore]);

  const rowId = useCallback((row: RecordView) => row.id, []);
  const rowLabel = useCallback((row: RecordView) => titleText(row.title, t('record.hiddenTitle')), [t]);
  const open = useCallback((row: RecordView) => void navigate({ to: '/o/$object/$id', params: { object: row.object, id: row.id } }), [navigate]);
  const loadMore = list.fetchNextPage;
  const onLoadMore = useCallback(() => void loadMore(), [loadMore]);
  const chosen = selectedCount(selection, null) ?? 0;
  const ids = selection.mode === 'some' ? [...selection.ids] : [];
  const name = formats.pick(object);

  return (
    <>
      {/* A choice over pages never opened would be wrong here: each record is restored by name. */}
      <SelectionBar selection={selection} onSelection={setSelection} loaded={list.rows.length} total={null}>
        <Button size="small" kind="primary" icon="restore" loading={busy} onClick={() => void restoreMany(ids).then((done) => done && setSelection(NOTHING))}>{t('bin.restoreMany', { n: chosen })}</Button>
      </SelectionBar>
      <div className="kd-bin-body" aria-busy={list.isFetching || undefined}>
        {list.isPending ? <div role="status" aria-label={t('common.loading')}><SkeletonRows rows={10} /></div>
          : list.error && list.rows.length === 0 ? <ErrorState error={list.error} onRetry={() => void list.refetch()} />
          : list.rows.length === 0 ? <Empty icon="trash" title={t('bin.empty', { name: formats.pick({ zh: object.zh, en: object.en_plural }) })}>{t('bin.emptyText')}</Empty>
          : (
            <Grid<RecordView>
              label={t('bin.grid', { name })}
              rows={list.rows}
              rowId={rowId}
              rowLabel={rowLabel}
              columns={columns}
              total={list.count && !list.count.capped ? list.count.n : null}
              density={density}
              sort={sort}
              onSort={(next) => setSort(next.length > 0 ? next : [{ field: '_updated_at', descending: true }])}
              selection={selection}
              onSelection={setSelection}
              selectable={mayRestore}
              onOpen={open}
              hasMore={list.hasNextPage}
              loadingMore={list.isFetchingNextPage}
              onLoadMore={onLoadMore}
              onResize={(key, width) => setWidths((all) => ({ ...all, [key]: width }))}
              onMove={() => undefined}
              onHide={() => undefined}
              card={(row) => (
                <>
                  <RecordCard object={object} record={row} />
                  <div className="kd-row">
                    <span className="kd-card-foot kd-faint">{row.deleted_at ? t('bin.deletedAgo', { ago: formats.ago(row.deleted_at) }) : null}</span>
                    {mayBring(row) ? <span className="kd-end"><Button size="small" icon="restore" onClick={() => restore(row)}>{t('bin.restore')}</Button></span> : null}
                  </div>
                </>
              )}
            />
          )}
      </div>
    </>
  );
}
