/** Saved views as tabs; a changed view offers to be saved. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { viewsQuery } from '@/api/queries';
import type { ObjectView, SavedView, ViewState } from '@/api/types';
import { Button, IconButton } from '@/ui/Button';
import { cx } from '@/ui/classes';
import { useConfirm } from '@/ui/Confirm';
import { Menu, type MenuItem } from '@/ui/Menu';
import { Tabs } from '@/ui/Tabs';
import { useToast } from '@/ui/toast';
import { SaveViewDialog } from './SaveViewDialog';
import { ALL_RECORDS, defaultView } from './view-choice';

interface ViewTabsProps {
  object: ObjectView;
  views: readonly SavedView[];
  view: SavedView | undefined;
  changed: boolean;
  state: ViewState;
  onPick: (id: string | undefined) => void;
  onReset: () => void;
}

export function ViewTabs({ object, views, view, changed, state, onPick, onReset }: ViewTabsProps) {
  const { t } = useTranslation();
  const toast = useToast();
  const confirm = useConfirm();
  const client = useQueryClient();
  const [naming, setNaming] = useState<'new' | 'edit' | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: viewsQuery(object.key).queryKey });
  const onError = (error: unknown): void => toast({ kind: 'error', text: asProblem(error).title });
  const save = useMutation({ mutationFn: (one: SavedView) => api.put<SavedView>(`/views/${object.key}/${one.id}`, { name: one.name, scope: one.scope, role: one.role, default: one.default, state }), onSuccess: async () => { await refresh(); onReset(); toast({ text: t('views.saved') }); }, onError });
  const remove = useMutation({ mutationFn: (one: SavedView) => api.delete(`/views/${object.key}/${one.id}`), onSuccess: async () => { onPick(undefined); await refresh(); }, onError });
  // Where a view opens by itself, the whole list has an address of its own.
  const all = defaultView(views) ? ALL_RECORDS : '';
  const tabs = [{ key: all, label: t('views.all') }, ...views.map((one) => ({ key: one.id, label: one.name }))];
  const items: MenuItem[] = [
    ...(view?.mine ? [{ key: 'save', icon: 'check' as const, label: t('views.save'), disabled: !changed, onSelect: () => save.mutate(view) }] : []),
    { key: 'new', icon: 'plus', label: t('views.saveAs'), onSelect: () => setNaming('new') },
    ...(view?.mine ? [{ key: 'edit', icon: 'edit' as const, label: t('views.edit'), onSelect: () => setNaming('edit') }] : []),
    { key: 'reset', icon: 'undo', label: t('views.reset'), disabled: !changed, onSelect: onReset },
    ...(view?.mine ? [{ key: 'delete', icon: 'trash' as const, danger: true, label: t('views.delete'), onSelect: () => void confirm({ title: t('views.deleteTitle', { name: view.name }), text: t('views.deleteText'), action: t('views.delete'), danger: true }).then((yes) => yes && remove.mutate(view)) }] : []),
  ];
  return (
    <div className={cx('kd-list-views', tabs.length === 1 && !changed && 'kd-list-views-lone')}>
      <Tabs
        label={t('views.title')}
        tabs={tabs}
        active={view?.id ?? all}
        onChange={(key) => onPick(key || undefined)}
        extra={
          <span className="kd-row">
            {changed ? <Button kind="link" size="small" onClick={() => (view?.mine ? save.mutate(view) : setNaming('new'))}>{view?.mine ? t('views.save') : t('views.saveAs')}</Button> : null}
            <Menu items={items} placement="bottomRight"><IconButton icon="more" label={t('views.menu')} tooltip={false} aria-haspopup="menu" /></Menu>
          </span>
        }
      />
      {naming ? (
        <SaveViewDialog
          key={naming}
          object={object}
          view={naming === 'edit' ? view : undefined}
          views={views}
          state={state}
          onClose={() => setNaming(null)}
          onSaved={async (saved) => { await refresh(); setNaming(null); if (naming === 'new') { onReset(); onPick(saved.id); } }}
        />
      ) : null}
    </div>
  );
}
