/** The tree of units. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { unitsQuery, useCan } from '@/api/queries';
import type { Unit } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Button, IconButton } from '@/ui/Button';
import { useConfirm } from '@/ui/Confirm';
import { Dialog } from '@/ui/Dialog';
import { Field, TextInput } from '@/ui/Field';
import { Icon } from '@/ui/icons';
import { Menu } from '@/ui/Menu';
import { Notice, Page, PageHeader, Section } from '@/ui/PageHeader';
import { Select } from '@/ui/Select';
import { Empty, ErrorState, NoPermission, SkeletonRows } from '@/ui/States';
import { useToast } from '@/ui/toast';
import './people.css';

type Editing = { unit: Unit | null; parent: string | null };

export function UnitsPage() {
  const can = useCan();
  return can.capability('people_manage') ? <Units /> : <NoPermission />;
}

function Units() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(unitsQuery);
  const [editing, setEditing] = useState<Editing | null>(null);
  const roots = data?.filter((unit) => unit.parent === null) ?? [];
  return (
    <Page header={<PageHeader icon="tree" title={t('nav.units')} description={t('units.lead')} actions={<Button kind="primary" icon="plus" onClick={() => setEditing({ unit: null, parent: roots[0]?.id ?? null })}>{t('units.add')}</Button>} />}>
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : !data ? <SkeletonRows rows={6} /> : data.length === 0 ? <Empty icon="tree" title={t('units.empty')}>{t('units.emptyText')}</Empty> : (
        <Section flush><ul className="kd-tree" role="tree" aria-label={t('nav.units')}>{roots.map((unit) => <Node key={unit.id} unit={unit} all={data} depth={0} onEdit={setEditing} />)}</ul></Section>
      )}
      {editing && data ? <UnitDialog editing={editing} all={data} onClose={() => setEditing(null)} /> : null}
    </Page>
  );
}

function Node({ unit, all, depth, onEdit }: { unit: Unit; all: readonly Unit[]; depth: number; onEdit: (editing: Editing) => void }) {
  const { t } = useTranslation();
  const { language } = useFormats();
  const toast = useToast();
  const confirm = useConfirm();
  const client = useQueryClient();
  const [open, setOpen] = useState(true);
  const children = all.filter((one) => one.parent === unit.id);
  const name = language === 'en' ? unit.name_en : unit.name_zh;
  const remove = useMutation({ mutationFn: () => api.delete(`/units/${unit.id}`), onSuccess: () => client.invalidateQueries({ queryKey: unitsQuery.queryKey }), onError: (error) => toast({ kind: 'error', text: asProblem(error).detail ?? asProblem(error).title }) });
  return (
    <li role="treeitem" aria-expanded={children.length > 0 ? open : undefined} aria-level={depth + 1} aria-selected={false}>
      <div className="kd-tree-row" style={{ paddingLeft: 12 + depth * 24 }}>
        {children.length > 0 ? <IconButton size="small" icon={open ? 'chevron-down' : 'chevron-right'} label={open ? t('units.close') : t('units.open')} tooltip={false} onClick={() => setOpen(!open)} /> : <span className="kd-tree-gap" />}
        <Icon name={depth === 0 ? 'building' : 'users'} className="kd-faint" />
        <span className="kd-grow kd-truncate">{name}</span>
        <Link to="/people" search={{ unit: unit.id }} className="kd-faint">{t('units.members', { n: unit.members })}</Link>
        <Menu placement="bottomRight" items={[
          { key: 'add', icon: 'plus', label: t('units.addBelow'), onSelect: () => onEdit({ unit: null, parent: unit.id }) },
          { key: 'edit', icon: 'edit', label: t('common.edit'), onSelect: () => onEdit({ unit, parent: unit.parent }) },
          { key: 'delete', icon: 'trash', danger: true, label: t('common.delete'), disabled: children.length > 0 || unit.members > 0, onSelect: () => void confirm({ title: t('units.deleteTitle', { name }), action: t('common.delete'), danger: true }).then((yes) => yes && remove.mutate()) },
        ]}>
          <IconButton size="small" icon="more" label={t('units.menu', { name })} tooltip={false} aria-haspopup="menu" />
        </Menu>
      </div>
      {open && children.length > 0 ? <ul role="group">{children.map((child) => <Node key={child.id} unit={child} all={all} depth={depth + 1} onEdit={onEdit} />)}</ul> : null}
    </li>
  );
}

function UnitDialog({ editing, all, onClose }: { editing: Editing; all: readonly Unit[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { language } = useFormats();
  const client = useQueryClient();
  const [zh, setZh] = useState(editing.unit?.name_zh ?? '');
  const [en, setEn] = useState(editing.unit?.name_en ?? '');
  const [parent, setParent] = useState(editing.parent);
  const save = useMutation({
    mutationFn: () => (editing.unit ? api.patch(`/units/${editing.unit.id}`, { name_zh: zh.trim(), name_en: en.trim() || zh.trim(), parent }) : api.post('/units', { name_zh: zh.trim(), name_en: en.trim() || zh.trim(), parent })),
    onSuccess: async () => { await client.invalidateQueries({ queryKey: unitsQuery.queryKey }); onClose(); },
  });
  const problem = save.error ? asProblem(save.error) : null;
  const below = new Set<string>();
  if (editing.unit) for (let queue = [editing.unit.id]; queue.length > 0; ) { const id = queue.pop(); if (id) { below.add(id); queue = [...queue, ...all.filter((one) => one.parent === id).map((one) => one.id)]; } }
  return (
    <Dialog open title={editing.unit ? t('units.edit') : t('units.add')} width={440} onClose={onClose} footer={<><Button onClick={onClose}>{t('common.cancel')}</Button><Button kind="primary" disabled={!zh.trim()} loading={save.isPending} onClick={() => save.mutate()}>{t('common.save')}</Button></>}>
      <form className="kd-stack" onSubmit={(event) => { event.preventDefault(); if (zh.trim()) save.mutate(); }}>
        <Field label={t('units.nameZh')} required><TextInput value={zh} onChange={setZh} autoFocus /></Field>
        <Field label={t('units.nameEn')}><TextInput value={en} onChange={setEn} /></Field>
        <Field label={t('units.parent')} help={editing.unit ? t('units.moveHelp') : undefined}><Select search allowClear value={parent} onChange={setParent} options={all.filter((one) => !below.has(one.id)).map((one) => ({ value: one.id, label: language === 'en' ? one.name_en : one.name_zh }))} /></Field>
        {problem ? <Notice tone="danger">{problem.fields[0]?.message ?? problem.detail ?? problem.title}</Notice> : null}
      </form>
    </Dialog>
  );
}
