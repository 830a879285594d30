/** Actions on the chosen rows. Each says first how many records it will touch, and offers to take it back. */
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '@/api/problem';
import { useCan } from '@/api/queries';
import type { Count, ListQuery, ObjectView, RecordView } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { useConfirm } from '@/ui/Confirm';
import { SelectionBar } from '@/ui/grid/SelectionBar';
import { NOTHING, selectedCount, type GridSelection } from '@/ui/grid/types';
import { useToast } from '@/ui/toast';
import { chosenIds, useBulk, wayBack, type BulkInput } from './bulk';

const BulkDialog = lazy(() => import('./BulkDialogs').then((module) => ({ default: module.BulkDialog })));

const DONE = { delete: 'bulk.deleted', transfer: 'bulk.transferred', update: 'bulk.edited', restore: 'bulk.takenBack' } as const;
/** As many are moved to the bin without a question, since one press brings them back. */
const FEW = 50;

interface BulkBarProps {
  object: ObjectView;
  selection: GridSelection;
  onSelection: (selection: GridSelection) => void;
  rows: readonly RecordView[];
  count: Count | null;
  query: ListQuery;
}

export function BulkBar({ object, selection, onSelection, rows, count, query }: BulkBarProps) {
  const { t } = useTranslation();
  const { noun, number } = useFormats();
  const can = useCan();
  const confirm = useConfirm();
  const toast = useToast();
  const bulk = useBulk(object.key);
  const [asking, setAsking] = useState<'transfer' | 'update' | null>(null);
  const n = selectedCount(selection, count?.n ?? null);
  const shown = `${n === null ? '?' : number(n)}${selection.mode === 'all' && count?.capped ? '+' : ''}`;
  const busy = bulk.progress !== null;

  const failed = (error: unknown): void => {
    const problem = asProblem(error);
    toast({ kind: 'error', text: problem.detail ?? problem.title });
  };
  const run = async (input: BulkInput): Promise<void> => {
    try {
      const ids = await chosenIds(object.key, selection, query);
      const back = wayBack(input, ids, rows);
      const result = await bulk.run([{ ...input, ids }]);
      onSelection(NOTHING);
      toast({
        kind: result.failed > 0 ? 'info' : 'success',
        text: result.failed > 0 ? t('bulk.partly', { done: number(result.done), failed: number(result.failed) }) : t(DONE[input.action], { n: number(result.done) }),
        action: back && result.done > 0 ? { label: t('common.undo'), run: () => void bulk.run(back).then((undone) => toast({ text: t('bulk.takenBack', { n: number(undone.done) }) }), failed) } : undefined,
      });
    } catch (error) {
      failed(error);
    }
    setAsking(null);
  };
  const onDelete = async (): Promise<void> => {
    const many = selection.mode === 'all' || (n ?? FEW) >= FEW;
    if (!many || await confirm({ title: t('bulk.deleteTitle', { n: shown, name: noun(object) }), text: t('bulk.deleteText'), action: t('bulk.delete', { n: shown }), danger: true, typed: shown })) await run({ action: 'delete' });
  };
  return (
    <>
      <SelectionBar selection={selection} onSelection={onSelection} loaded={rows.length} total={count}>
        {bulk.progress ? <span className="kd-faint">{t('bulk.progress', { done: number(bulk.progress), n: shown })}</span> : null}
        {can.object(object.key, 'update') ? <Button size="small" icon="edit" disabled={busy} onClick={() => setAsking('update')}>{t('bulk.edit')}</Button> : null}
        {can.object(object.key, 'transfer') ? <Button size="small" icon="user-plus" disabled={busy} onClick={() => setAsking('transfer')}>{t('bulk.transfer')}</Button> : null}
        {can.object(object.key, 'delete') ? <Button size="small" icon="trash" disabled={busy} onClick={() => void onDelete()}>{t('common.delete')}</Button> : null}
      </SelectionBar>
      {asking ? <Suspense fallback={null}><BulkDialog kind={asking} object={object} shown={shown} busy={busy} onClose={() => setAsking(null)} onRun={(input) => void run(input)} /></Suspense> : null}
    </>
  );
}
