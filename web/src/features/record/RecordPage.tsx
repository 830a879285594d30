/** One record: what it is, where it stands, what happened, what belongs to it. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem, Problem } from '@/api/problem';
import { useCan, useObject, useObjects } from '@/api/queries';
import type { ObjectView, RecordView } from '@/api/types';
import { isMasked } from '@/api/types';
import { judgeAtHand, noteOpened } from '@/app/at-hand';
import { objectIcon } from '@/app/icons';
import type { RecordTab } from '@/app/search';
import { KeepButton } from '@/app/KeepButton';
import { canEdit } from '@/features/records/columns';
import { hueFor, plainTitle, titleText } from '@/features/records/values';
import { useFormats } from '@/i18n/format';
import { Button, IconButton } from '@/ui/Button';
import { Icon } from '@/ui/icons';
import { MaskedText } from '@/ui/MaskedField';
import { Menu, type MenuItem } from '@/ui/Menu';
import { Notice, PageHeader } from '@/ui/PageHeader';
import { SplitPane } from '@/ui/SplitPane';
import { StagePath } from '@/ui/StagePath';
import { ErrorState, NoPermission, RecordSkeleton, SkeletonLines } from '@/ui/States';
import { Tabs } from '@/ui/Tabs';
import { useToast } from '@/ui/toast';
import { usePhone } from '@/ui/useMedia';
import { FieldRow } from './FieldRow';
import { HistoryTab } from './HistoryTab';
import { LooksTab } from './LooksTab';
import { RelatedLists } from './RelatedLists';
import { TimelineTab } from './TimelineTab';
import { useRecord, useSaveRecord } from './useRecord';
import './record.css';

const SharingTab = lazy(() => import('./SharingTab').then((module) => ({ default: module.SharingTab })));
const EditDrawer = lazy(() => import('./EditDrawer').then((module) => ({ default: module.EditDrawer })));
const ExplainDialog = lazy(() => import('./ExplainDialog').then((module) => ({ default: module.ExplainDialog })));
const TransferDialog = lazy(() => import('./TransferDialog').then((module) => ({ default: module.TransferDialog })));

export function RecordPage() {
  const { object: key, id } = useParams({ from: '/shell/o/$object/$id' });
  const object = useObject(key);
  const { data: record, error, refetch } = useRecord(key, id);
  const client = useQueryClient();
  const gone = error instanceof Problem && error.status === 404;
  useEffect(() => { if (gone) void judgeAtHand(client); }, [gone, client]);
  if (!object) return <NoPermission />;
  if (error && !record) return <ErrorState error={error} onRetry={() => void refetch()} actions={gone ? <BackToList object={object} /> : undefined} />;
  if (!record) return <RecordSkeleton />;
  return <Detail key={record.id} object={object} record={record} />;
}

function BackToList({ object }: { object: ObjectView }) {
  const { t } = useTranslation();
  const { noun } = useFormats();
  const navigate = useNavigate();
  return <Button icon={objectIcon(object)} onClick={() => void navigate({ to: '/o/$object', params: { object: object.key } })}>{t('record.backToList', { name: noun({ zh: object.zh, en: object.en_plural }) })}</Button>;
}

function Detail({ object, record }: { object: ObjectView; record: RecordView }) {
  const { t } = useTranslation();
  const { pick, ago, dateTime } = useFormats();
  const navigate = useNavigate({ from: '/o/$object/$id' });
  const phone = usePhone();
  const { tab: asked, edit } = useSearch({ from: '/shell/o/$object/$id' });
  const first: RecordTab = phone ? 'facts' : 'timeline';
  const tab = asked && (phone || asked !== 'facts') ? asked : first;
  const can = useCan();
  const title = titleText(record.title, t('record.hiddenTitle'));
  const client = useQueryClient();
  useEffect(() => { if (!record.deleted_at) noteOpened(client, { object: record.object, id: record.id, title: plainTitle(record.title) }); }, [client, record.object, record.id, record.title, record.deleted_at]);
  useEffect(() => {
    const before = document.title;
    document.title = pick(object);
    return () => { document.title = before; };
  }, [object, pick]);
  const sections = [...object.sections, null].map((section) => ({ section, fields: object.fields.filter((field) => (section ? field.section === section.key : !object.sections.some((one) => one.key === field.section))) })).filter((one) => one.fields.length > 0);
  const related = useObjects().some((other) => other.key !== 'follow_up' && other.fields.some((field) => field.kind === 'reference' && field.to === object.key));
  const tabs: { key: RecordTab; label: string }[] = [
    ...(phone ? [{ key: 'facts' as const, label: t('record.facts') }] : []),
    { key: 'timeline', label: t('record.timeline') },
    { key: 'history', label: t('record.history') },
    { key: 'looks', label: t('record.looks') },
    ...(record.can.includes('share') || can.object(object.key, 'share') ? [{ key: 'sharing' as const, label: t('record.sharing') }] : []),
  ];
  const facts = (
    <div className="kd-record-fields">
      {sections.map(({ section, fields }) => (
        <section key={section?.key ?? ''} aria-label={section ? pick(section) : t('record.otherFields')}>
          <h2>{section ? pick(section) : t('record.otherFields')}</h2>
          <dl>{fields.map((field) => <FieldRow key={field.key} object={object} field={field} record={record} />)}</dl>
        </section>
      ))}
    </div>
  );
  const relations = related ? <RelatedLists object={object} record={record} /> : null;
  const center = (
    <div className="kd-record-center">
      <Tabs label={t('record.tabs')} tabs={tabs} active={tab} onChange={(next) => void navigate({ search: (before) => ({ ...before, tab: next === first ? undefined : next }), replace: true })}>
        {tab === 'facts' ? <>{facts}{relations}</> : (
          <div className="kd-record-tab">
            <Suspense fallback={<SkeletonLines lines={4} />}>
              {tab === 'timeline' ? <TimelineTab object={object} record={record} /> : tab === 'history' ? <HistoryTab object={object} record={record} /> : tab === 'looks' ? <LooksTab object={object} record={record} /> : <SharingTab record={record} />}
            </Suspense>
          </div>
        )}
      </Tabs>
    </div>
  );
  return (
    <div className="kd-record">
      <PageHeader
        icon={objectIcon(object)}
        title={isMasked(record.title) ? <MaskedText value={record.title} /> : title}
        meta={record.deleted_at ? null : <KeepButton record={record} />}
        description={
          <span className="kd-record-meta">
            <span>{pick(object)}</span>
            <span><Icon name="user" size={13} />{record.owner?.name ?? t('record.noOwner')}</span>
            {record.unit ? <span>{record.unit.name}</span> : null}
            <span title={dateTime(record.updated_at)}>{t('record.updated', { ago: ago(record.updated_at) })}</span>
          </span>
        }
        actions={<Actions object={object} record={record} onEdit={() => void navigate({ search: (before) => ({ ...before, edit: 1 }) })} />}
      />
      {record.deleted_at ? <div className="kd-record-deleted"><Notice tone="warning" title={t('record.inBin')} /></div> : null}
      <Stage object={object} record={record} />
      <div className="kd-record-body">
        {phone ? center : <SplitPane columns={related ? 3 : 'lead'}>{facts}{center}{relations}</SplitPane>}
      </div>
      {edit && record.can.includes('update') ? <Suspense fallback={null}><EditDrawer object={object} record={record} onClose={() => void navigate({ search: (before) => ({ ...before, edit: undefined }), replace: true })} /></Suspense> : null}
    </div>
  );
}

function Stage({ object, record }: { object: ObjectView; record: RecordView }) {
  const { pick } = useFormats();
  const save = useSaveRecord(record, 'chosen');
  const field = object.fields.find((one) => one.key === object.stage);
  const value = field ? record.values[field.key] : null;
  if (!field?.options) return null;
  const current = save.isPending && save.variables.values ? String(save.variables.values[field.key]) : typeof value === 'string' ? value : null;
  return (
    <div className="kd-record-stage">
      <StagePath
        label={pick(field)}
        current={current}
        disabled={!canEdit(field, record) || save.isPending}
        stages={field.options.map((option) => ({ key: option.key, label: pick(option), hue: hueFor(option.color, option.key), ended: /^(won|converted|success|closed_won)$/.test(option.key) ? 'won' : /^(lost|invalid|failed|closed_lost)$/.test(option.key) ? 'lost' : undefined }))}
        onChange={(key) => save.mutate({ values: { [field.key]: key } })}
      />
    </div>
  );
}

function Actions({ object, record, onEdit }: { object: ObjectView; record: RecordView; onEdit: () => void }) {
  const { t } = useTranslation();
  const { noun } = useFormats();
  const client = useQueryClient();
  const navigate = useNavigate();
  const toast = useToast();
  const phone = usePhone();
  const [explain, setExplain] = useState(false);
  const [transfer, setTransfer] = useState(false);
  const refresh = () => Promise.all([client.invalidateQueries({ queryKey: ['records', object.key] }), client.invalidateQueries({ queryKey: ['record', object.key, record.id] }), judgeAtHand(client)]);
  const onError = (error: unknown): void => toast({ kind: 'error', text: asProblem(error).detail ?? asProblem(error).title });
  const restore = useMutation({ mutationFn: (version: number) => api.post<RecordView>(`/records/${object.key}/${record.id}/restore`, undefined, { ifMatch: version }), onSuccess: () => void refresh(), onError });
  const remove = useMutation({
    mutationFn: () => api.delete(`/records/${object.key}/${record.id}`, { ifMatch: record.version }),
    onSuccess: () => {
      void refresh();
      void navigate({ to: '/o/$object', params: { object: object.key } });
      toast({ text: t('record.deleted'), action: { label: t('common.undo'), run: () => void api.get<RecordView>(`/records/${object.key}/${record.id}`).then((now) => restore.mutateAsync(now.version), () => restore.mutateAsync(record.version + 1)) } });
    },
    onError,
  });
  const items: MenuItem[] = [
    { key: 'explain', icon: 'shield-question', label: t('explain.open'), onSelect: () => setExplain(true) },
    ...(record.can.includes('transfer') ? [{ key: 'transfer', icon: 'user-plus' as const, label: t('bulk.transfer'), onSelect: () => setTransfer(true) }] : []),
    { key: 'link', icon: 'link', label: t('record.copyLink'), onSelect: () => void navigator.clipboard.writeText(window.location.href.split('?')[0] ?? '').then(() => toast({ text: t('common.copied') })) },
    ...(record.can.includes('delete') && !record.deleted_at ? [{ kind: 'divider' as const, key: 'd' }, { key: 'delete', icon: 'trash' as const, danger: true, label: t('record.delete', { name: noun(object) }), onSelect: () => remove.mutate() }] : []),
  ];
  return (
    <>
      {record.deleted_at && record.can.includes('restore') ? <Button icon="restore" loading={restore.isPending} onClick={() => restore.mutate(record.version)}>{t('bin.restore')}</Button> : null}
      {record.can.includes('update') && !record.deleted_at ? phone ? <IconButton icon="edit" label={t('common.edit')} tooltip={false} onClick={onEdit} /> : <Button icon="edit" onClick={onEdit}>{t('common.edit')}</Button> : null}
      <Menu items={items} placement="bottomRight"><IconButton icon="more" label={t('common.more')} tooltip={false} aria-haspopup="menu" /></Menu>
      <Suspense fallback={null}>
        {explain ? <ExplainDialog object={object} record={record} onClose={() => setExplain(false)} /> : null}
        {transfer ? <TransferDialog object={object} record={record} onClose={() => setTransfer(false)} /> : null}
      </Suspense>
    </>
  );
}
