/** Adding, renaming, moving and deleting a unit. */
import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import type { Unit } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { Field, TextInput } from '@/ui/Field';
import { Notice } from '@/ui/PageHeader';
import { Select } from '@/ui/Select';
import { useToast } from '@/ui/toast';
import { moveTargets, unitOptions, type UnitNode } from './unit-tree';
import { useRefresh } from './usePeople';

/** A change of a unit: tells what became of it, keeps the dialog open with the reason when refused. */
function useUnitChange(run: () => Promise<unknown>, done: string, onClose: () => void) {
  const toast = useToast();
  const refresh = useRefresh();
  const change = useMutation({ mutationFn: run, onSuccess: () => { refresh(); toast({ text: done }); onClose(); } });
  const problem = change.error ? asProblem(change.error) : null;
  return { change, problem, wrong: (field: string): string | undefined => problem?.fields.find((one) => one.field === field)?.message };
}

export function NameUnit({ tree, unit, parent, onClose }: { tree: readonly UnitNode[]; unit?: Unit; parent: Unit | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const [zh, setZh] = useState(unit?.name_zh ?? '');
  const [en, setEn] = useState(unit?.name_en ?? '');
  const [below, setBelow] = useState(parent?.id ?? null);
  const names = { name_zh: zh.trim(), name_en: en.trim() };
  const { change, problem, wrong } = useUnitChange(() => (unit ? api.patch(`/units/${unit.id}`, names) : api.post('/units', { ...names, parent: below })), t(unit ? 'units.renamed' : 'units.added'), onClose);
  const submit = (): void => { if (zh.trim()) change.mutate(); };
  return (
    <Dialog open title={t(unit ? 'units.renameTitle' : 'units.addTitle')} onClose={onClose} footer={<><Button onClick={onClose}>{t('common.cancel')}</Button><Button kind="primary" disabled={!zh.trim()} loading={change.isPending} onClick={submit}>{t(unit ? 'common.save' : 'units.add')}</Button></>}>
      <form className="kd-stack" onSubmit={(event) => { event.preventDefault(); submit(); }}>
        <Field label={t('units.nameZh')} required error={wrong('name_zh')}><TextInput value={zh} onChange={setZh} maxLength={100} autoFocus /></Field>
        <Field label={t('units.nameEn')} help={t('units.nameEnHelp')} error={wrong('name_en')}><TextInput value={en} onChange={setEn} maxLength={100} /></Field>
        {unit || tree.length === 0 ? null : <Field label={t('units.parent')} error={wrong('parent')}><Select search allowClear value={below} onChange={setBelow} placeholder={t('units.top')} options={unitOptions(tree, pick)} /></Field>}
        {problem && problem.fields.length === 0 ? <Notice tone="danger">{problem.detail ?? problem.title}</Notice> : null}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}

const TOP = '';

export function MoveUnit({ tree, unit, onClose }: { tree: readonly UnitNode[]; unit: Unit; onClose: () => void }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const group = useId();
  const [to, setTo] = useState<string | null>(null);
  const name = pick({ zh: unit.name_zh, en: unit.name_en });
  const { change, problem } = useUnitChange(() => api.patch(`/units/${unit.id}`, { parent: to === TOP ? null : to }), t('units.moved', { name }), onClose);
  const targets = [{ value: TOP, label: t('units.top'), level: 0, allowed: unit.parent !== null }, ...moveTargets(tree, unit, pick)];
  return (
    <Dialog open title={t('units.moveTitle', { name })} description={t('units.moveText')} onClose={onClose} footer={<><Button onClick={onClose}>{t('common.cancel')}</Button><Button kind="primary" disabled={to === null} loading={change.isPending} onClick={() => change.mutate()}>{t('units.moveAction')}</Button></>}>
      <div className="kd-stack">
        <div className="kd-move" role="radiogroup" aria-label={t('units.moveTitle', { name })}>
          {targets.map((one) => (
            <label key={one.value} style={{ paddingInlineStart: 10 + one.level * 20 }}>
              <input type="radio" className="kd-radio" name={group} disabled={!one.allowed} checked={to === one.value} onChange={() => setTo(one.value)} />
              <span className="kd-truncate">{one.label}</span>
              {one.value === unit.parent ? <span className="kd-end kd-faint">{t('units.here')}</span> : null}
            </label>
          ))}
        </div>
        {problem ? <Notice tone="danger">{problem.fields[0]?.message ?? problem.detail ?? problem.title}</Notice> : null}
      </div>
    </Dialog>
  );
}

export function DeleteUnit({ unit, onClose }: { unit: Unit; onClose: () => void }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const name = pick({ zh: unit.name_zh, en: unit.name_en });
  const { change, problem } = useUnitChange(() => api.delete(`/units/${unit.id}`), t('units.deleted', { name }), onClose);
  return (
    <Dialog open width={440} title={t('units.deleteTitle', { name })} onClose={onClose} footer={<><Button onClick={onClose}>{t('common.cancel')}</Button><Button kind="danger" loading={change.isPending} onClick={() => change.mutate()}>{t('units.deleteAction')}</Button></>}>
      <div className="kd-stack">
        <p className="kd-muted">{t('units.deleteText')}</p>
        {problem ? <Notice tone="danger">{problem.detail ?? problem.title}</Notice> : null}
      </div>
    </Dialog>
  );
}
