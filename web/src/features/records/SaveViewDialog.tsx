/** Keeps what a list shows as a view, or changes the name and the readers of one. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { useCan, useMe } from '@/api/queries';
import type { ObjectView, Page, RoleView, SavedView, ViewState } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { Checkbox, Field, RadioGroup, TextInput } from '@/ui/Field';
import { Notice } from '@/ui/PageHeader';

const Select = lazy(() => import('@/ui/Select').then((module) => ({ default: module.Select })));

interface SaveViewDialogProps {
  object: ObjectView;
  /** The view to be changed; without one a new view is made of `state`. */
  view?: SavedView;
  views: readonly SavedView[];
  state: ViewState;
  onClose: () => void;
  onSaved: (view: SavedView) => Promise<void>;
}

export function SaveViewDialog({ object, view, views, state, onClose, onSaved }: SaveViewDialogProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const me = useMe();
  const keepsSettings = useCan().capability('settings_manage');
  const readsRoles = useCan().capability('roles_read');
  const [name, setName] = useState(view?.name ?? '');
  const [scope, setScope] = useState<SavedView['scope']>(view?.scope ?? 'private');
  const [role, setRole] = useState<string | null>(view?.role ?? null);
  const [first, setFirst] = useState(view?.default ?? false);
  const roles = useQuery({ queryKey: ['roles'], queryFn: async () => (await api.get<Page<RoleView>>('/roles')).items, enabled: keepsSettings && readsRoles && scope === 'role' });
  // A view that opens by itself for others is a setting of the company.
  const mayBeFirst = scope === 'private' || keepsSettings;
  const ready = name.trim() !== '' && (scope !== 'role' || role !== null);
  const save = useMutation({
    mutationFn: async () => {
      const body = { name: name.trim(), scope, role: scope === 'role' ? role : null, default: first && mayBeFirst, state: view?.state ?? state };
      const saved = view ? await api.put<SavedView>(`/views/${object.key}/${view.id}`, body) : await api.post<SavedView>(`/views/${object.key}`, body);
      // One view opens first: another of one's own stands back.
      const others = body.default ? views.filter((one) => one.id !== saved.id && one.mine && one.default && one.scope === scope && one.role === body.role) : [];
      for (const one of others) await api.put(`/views/${object.key}/${one.id}`, { name: one.name, scope: one.scope, role: one.role, default: false, state: one.state });
      return saved;
    },
    onSuccess: onSaved,
  });
  const problem = save.error ? asProblem(save.error) : null;
  const names = formats.noun({ zh: object.zh, en: object.en_plural });
  const who = [
    { value: 'private' as const, label: t('views.private') },
    ...(me.person.kind === 'user' ? [{ value: 'shared' as const, label: t('views.shared'), hint: t('views.sharedHint') }] : []),
    ...(keepsSettings ? [{ value: 'role' as const, label: t('views.role') }] : []),
  ];
  return (
    <Dialog
      open
      title={t(view ? 'views.editTitle' : 'views.newTitle')}
      description={view ? undefined : t('views.newText')}
      onClose={onClose}
      width={420}
      footer={<><Button onClick={onClose}>{t('common.cancel')}</Button><Button kind="primary" disabled={!ready} loading={save.isPending} onClick={() => save.mutate()}>{t(view ? 'common.save' : 'views.saveAs')}</Button></>}
    >
      <form className="kd-stack" onSubmit={(event) => { event.preventDefault(); if (ready) save.mutate(); }}>
        <Field label={t('views.name')} required><TextInput value={name} onChange={setName} autoFocus maxLength={60} /></Field>
        {who.length > 1 ? <Field label={t('views.who')}><RadioGroup value={scope} onChange={setScope} options={who} /></Field> : null}
        {scope === 'role' ? (
          <Field label={t('views.ofRole')} required>
            <Suspense fallback={null}><Select label={t('views.ofRole')} value={role} onChange={setRole} placeholder={t('form.choose')} options={(roles.data ?? me.roles).map((one) => ({ value: one.code, label: formats.pick(one) }))} /></Suspense>
          </Field>
        ) : null}
        {mayBeFirst ? <Checkbox checked={first} onChange={setFirst}>{t('views.first', { name: names })}</Checkbox> : null}
        {problem ? <Notice tone="danger">{problem.detail ?? problem.title}</Notice> : null}
      </form>
    </Dialog>
  );
}
