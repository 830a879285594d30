/** One's imports: where each stands and what can still be done with it. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { objectIcon } from '@/app/icons';
import { useCan, useObjects } from '@/api/queries';
import type { ImportView, ObjectView } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Button, IconButton } from '@/ui/Button';
import { Icon } from '@/ui/icons';
import { Menu, type MenuItem } from '@/ui/Menu';
import { Page, PageHeader } from '@/ui/PageHeader';
import { ProgressBar } from '@/ui/Progress';
import { Empty, ErrorState, NoPermission, SkeletonRows } from '@/ui/States';
import { StatusDot } from '@/ui/Tag';
import { hasWritten, mayUndo, tallyOf } from './model';
import { importsQuery, useDownload } from './useImport';
import { useUndo } from './useUndo';
import { STATE_HUE, stateText } from './words';
import './import.css';

export function ImportsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const objects = useObjects().filter((object) => can.object(object.key, 'import'));
  const { data: items, error, refetch } = useQuery(importsQuery);
  if (objects.length === 0) return <NoPermission />;
  return (
    <Page wide header={<PageHeader icon="upload" title={t('nav.imports')} description={t('imports.list.text')} actions={<NewImport objects={objects} />} />}>
      {!items ? (error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <div role="status" aria-label={t('common.loading')}><SkeletonRows rows={6} /></div>)
        : items.length === 0 ? <Empty icon="sheet" title={t('imports.list.empty')} actions={<NewImport objects={objects} />}>{t('imports.list.emptyText')}</Empty>
        : <ul className="kd-imports" aria-label={t('nav.imports')}>{items.map((item) => <Item key={item.id} view={item} object={objects.find((one) => one.key === item.object)} />)}</ul>}
    </Page>
  );
}

function NewImport({ objects }: { objects: readonly ObjectView[] }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const navigate = useNavigate();
  const items: MenuItem[] = objects.map((object) => ({ key: object.key, icon: objectIcon(object), label: pick({ zh: object.zh, en: object.en_plural }), onSelect: () => void navigate({ to: '/import/$object', params: { object: object.key } }) }));
  return <Menu items={items} placement="bottomRight"><Button kind="primary" icon="plus" aria-haspopup="menu">{t('imports.list.new')}</Button></Menu>;
}

function Item({ view, object }: { view: ImportView; object: ObjectView | undefined }) {
  const { t } = useTranslation();
  const { pick, ago, dateTime, number, bytes } = useFormats();
  const tally = view.progress || view.state === 'done' || view.state === 'checked' ? tallyOf(view) : null;
  const share = view.progress && view.progress.total > 0 ? view.progress.done / view.progress.total : null;
  const moving = view.state === 'running' || view.state === 'paused' || view.state === 'checking' || view.state === 'undoing';
  return (
    <li>
      <span className="kd-imports-icon"><Icon name={object ? objectIcon(object) : 'sheet'} size={18} /></span>
      <div className="kd-imports-name">
        <Link to="/import/$object" params={{ object: view.object }} search={{ import: view.id }} className="kd-truncate">{view.file.name || t('imports.list.gone')}</Link>
        <span className="kd-faint">{[object ? pick({ zh: object.zh, en: object.en_plural }) : view.object, view.file.rows ? t('imports.rows', { n: number(view.file.rows) }) : view.file.bytes > 0 ? bytes(view.file.bytes) : null, view.mapping?.source].filter(Boolean).join(' · ')}</span>
      </div>
      <div className="kd-imports-state">
        <StatusDot hue={STATE_HUE[view.state]} hollow={!moving && view.state !== 'done' && view.state !== 'failed'}>{stateText(t, view.state)}</StatusDot>
        {moving ? <ProgressBar label={stateText(t, view.state)} value={view.state === 'running' || view.state === 'paused' ? share : null} tone={view.state === 'paused' ? 'paused' : 'primary'} /> : null}
      </div>
      <div className="kd-imports-counts">
        {tally ? (['new', 'changed', 'rejected'] as const).map((key) => <span key={key} className={tally[key] === 0 ? 'kd-faint' : undefined}><strong>{number(tally[key])}</strong> {t(`imports.outcome.${key}`)}</span>) : null}
      </div>
      <time className="kd-faint" dateTime={view.created_at} title={view.created_at ? dateTime(view.created_at) : undefined}>{view.created_at ? ago(view.created_at) : null}</time>
      <ItemMenu view={view} />
    </li>
  );
}

function ItemMenu({ view }: { view: ImportView }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const download = useDownload();
  const undo = useUndo(view);
  const rejected = tallyOf(view)?.rejected ?? 0;
  const items: MenuItem[] = [
    { key: 'open', icon: 'arrow-right', label: t('imports.list.open'), onSelect: () => void navigate({ to: '/import/$object', params: { object: view.object }, search: { import: view.id } }) },
    ...(hasWritten(view) && view.state !== 'undone' ? [{ key: 'show', icon: 'list' as const, label: t('imports.list.show'), onSelect: () => void navigate({ to: '/o/$object', params: { object: view.object }, search: { filter: { field: '_import', op: 'eq' as const, value: view.id } } }) }] : []),
    ...(rejected > 0 && view.file.name !== '' ? [{ key: 'rejects', icon: 'download' as const, label: t('imports.list.rejects'), onSelect: () => download.run(`/imports/${view.id}/rejects`, `${view.file.name.replace(/\.[^.]+$/, '')}-${t('imports.rejects.file')}.xlsx`) }] : []),
    ...(mayUndo(view) ? [{ kind: 'divider' as const, key: 'd' }, { key: 'undo', icon: 'undo' as const, danger: true, label: t('imports.undo.action'), onSelect: () => void undo.ask() }] : []),
  ];
  return <Menu items={items} placement="bottomRight"><IconButton icon="more" label={t('imports.list.menu', { name: view.file.name })} tooltip={false} aria-haspopup="menu" /></Menu>;
}
