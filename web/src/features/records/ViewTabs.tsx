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
import { Dialog } from '@/ui/Dialog';
import { Field, RadioGroup, TextInput } from '@/ui/Field';
import { Menu, type MenuItem } from '@/ui/Menu';
import { Notice } from '@/ui/PageHeader';
import { Tabs } from '@/ui/Tabs';
import { useToast } from '@/ui/toast';

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
  const [naming, setNaming] = useState(false);
  const refresh = () => client.invalidateQueries({ queryKey: viewsQuery(object.key).queryKey });
  const onError = (error: unknown): void => toast({ kind: 'error', text: asProblem(error).title });
  const save = useMutation({ mutationFn: (one: SavedView) => api.put<SavedView>(`/views/${object.key}/${one.id}`, { name: one.name, scope: one.scope, default: one.default, state }), onSuccess: async () => { await refresh(); onReset(); toast({ text: t('views.saved') }); }, onError });
  const remove = useMutation({ mutationFn: (one: SavedView) => api.delete(`/views/${object.key}/${one.id}`), onSuccess: async () => { onPick(undefined); await refresh(); }, onError });
  const noDefault = !views.some((one) => one.default);
  const tabs = [...(noDefault ? [{ key: '', label: t('views.all') }] : []), ...views.map((one) => ({ key: one.id, label: one.name }))];
  const items: MenuItem[] = [
    ...(view?.mine ? [{ key: 'save', icon: 'check' as const, label: t('views.save'), disabled: !changed, onSelect: () => save.mutate(view) }] : []),
    { key: 'new', icon: 'plus', label: t('views.saveAs'), onSelect: () => setNaming(true) },
    { key: 'reset', icon: 'undo', label: t('views.reset'), disabled: !changed, onSelect: onReset },
    ...(view?.mine ? [{ key: 'delete', icon: 'trash' as const, danger: true, label: t('views.delete'), onSelect: () => void confirm({ title: t('views.deleteTitle', { name: view.name }), text: t('views.deleteText'), action: t('views.delete'), danger: true }).then((yes) => yes && remove.mutate(view)) }] : []),
  ];
  return (
    <div className={cx('kd-list-views', tabs.length === 1 && !changed && 'kd-list-views-lone')}>
      <Tabs
        label={t('views.title')}
        tabs={tabs}
        active={view?.id ?? ''}
        onChange={(key) => onPick(key || undefined)}
        extra={
          <span className="kd-row">
            {changed ? <Button kind="link" size="small" onClick={() => (view?.mine ? save.mutate(view) : setNaming(true))}>{view?.mine ? t('views.save') : t('views.saveAs')}</Button> : null}
            <Menu items={items} placement="bottomRight"><IconButton icon="more" label={t('views.menu')} tooltip={false} aria-haspopup="menu" /></Menu>
          </span>
        }
      />
      <SaveDialog object={object} open={naming} state={state} onClose={() => setNaming(false)} onSaved={async (saved) => { await refresh(); setNaming(false); onReset(); onPick(saved.id); }} />
    </div>
  );
}

function SaveDialog({ object, open, state, onClose, onSaved }: { object: ObjectView; open: boolean; state: ViewState; onClose: () => void; onSaved: (view: SavedView) => Promise<void> }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [scope, setScope] = useState<'private' | 'shared'>('private');
  const save = useMutation({ mutationFn: () => api.post<SavedView>(`/views/${object.key}`, { name: name.trim(), scope, default: false, state }), onSuccess: onSaved });
  const problem = save.error ? asProblem(save.error) : null;
  return (
    <Dialog open={open} title={t('views.newTitle')} description={t('views.newText')} onClose={onClose} afterClose={() => { setName(''); save.reset(); }} width={420} footer={<><Button onClick={onClose}>{t('common.cancel')}</Button><Button kind="primary" disabled={!name.trim()} loading={save.isPending} onClick={() => save.mutate()}>{t('views.saveAs')}</Button></>}>
      <form className="kd-stack" onSubmit={(event) => { event.preventDefault(); if (name.trim()) save.mutate(); }}>
        <Field label={t('views.name')} required><TextInput value={name} onChange={setName} autoFocus maxLength={60} /></Field>
        <Field label={t('views.who')}><RadioGroup value={scope} onChange={setScope} options={[{ value: 'private', label: t('views.private') }, { value: 'shared', label: t('views.shared'), hint: t('views.sharedHint') }]} /></Field>
        {problem ? <Notice tone="danger">{problem.detail ?? problem.title}</Notice> : null}
      </form>
    </Dialog>
  );
}
