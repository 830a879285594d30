/** Actions on the chosen rows. Each says first how many records it will touch. */
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '@/api/problem';
import { useCan } from '@/api/queries';
import type { Count, Filter, ObjectView, RecordView } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { useConfirm } from '@/ui/Confirm';
import { Dialog } from '@/ui/Dialog';
import { Field } from '@/ui/Field';
import { SelectionBar } from '@/ui/grid/SelectionBar';
import { isSelected, NOTHING, selectedCount, type GridSelection } from '@/ui/grid/types';
import { useToast } from '@/ui/toast';
import { useBulk, type BulkInput } from './useRecords';

const PersonPicker = lazy(() => import('./Pickers').then((module) => ({ default: module.PersonPicker })));

interface BulkBarProps {
  object: ObjectView;
  selection: GridSelection;
  onSelection: (selection: GridSelection) => void;
  rows: readonly RecordView[];
  count: Count | null;
  filter: Filter | undefined;
  search: string | undefined;
}

export function BulkBar({ object, selection, onSelection, rows, count, filter, search }: BulkBarProps) {
  const { t } = useTranslation();
  const { noun } = useFormats();
  const can = useCan();
  const confirm = useConfirm();
  const toast = useToast();
  const bulk = useBulk(object.key);
  const [transfer, setTransfer] = useState(false);
  const [owner, setOwner] = useState<string | null>(null);
  const n = selectedCount(selection, count?.n ?? null);
  const shown = `${n ?? '?'}${selection.mode === 'all' && count?.capped ? '+' : ''}`;
  // Rows chosen by the query travel as the query; a search or single exceptions cannot, so then the loaded ids do.
  const byQuery = selection.mode === 'all' && selection.except.size === 0 && !search;
  const ids = rows.filter((row) => isSelected(selection, row.id)).map((row) => row.id);
  const target: BulkInput['target'] = byQuery ? { filter: filter ?? { and: [] } } : { ids: selection.mode === 'some' ? [...selection.ids] : ids };

  const run = async (input: Pick<BulkInput, 'action' | 'owner'>, done: string): Promise<void> => {
    try {
      const result = { done: 0, failed: 0 };
      const undoIds = 'ids' in target ? target.ids : null;
      const parts: BulkInput['target'][] = undoIds ? chunk(undoIds, 500).map((part) => ({ ids: part })) : [target];
      for (const part of parts) {
        const answer = await bulk.mutateAsync({ ...input, target: part });
        result.done += answer.done;
        result.failed += answer.failed.length;
      }
      onSelection(NOTHING);
      toast({
        kind: result.failed > 0 ? 'info' : 'success',
        text: result.failed > 0 ? t('bulk.partly', { done: result.done, failed: result.failed }) : t(done, { n: result.done }),
        action: input.action === 'delete' && undoIds ? { label: t('common.undo'), run: () => void bulk.mutateAsync({ action: 'restore', target: { ids: undoIds } }) } : undefined,
      });
    } catch (error) {
      const problem = asProblem(error);
      toast({ kind: 'error', text: problem.detail ?? problem.title });
    }
  };
  const onDelete = async (): Promise<void> => {
    const many = (n ?? 1000) >= 50;
    // A few named records are moved at once, since one press brings them back; many, or all of a question, are asked about.
    const takenBack = 'ids' in target && !many;
    if (takenBack || await confirm({ title: t('bulk.deleteTitle', { n: shown, name: noun(object) }), text: t('bulk.deleteText'), action: t('bulk.delete', { n: shown }), danger: true, typed: many ? shown : undefined })) await run({ action: 'delete' }, 'bulk.deleted');
  };
  return (
    <>
      <SelectionBar selection={selection} onSelection={onSelection} loaded={rows.length} total={count}>
        {can.object(object.key, 'transfer') ? <Button size="small" icon="user-plus" onClick={() => setTransfer(true)}>{t('bulk.transfer')}</Button> : null}
        {can.object(object.key, 'delete') ? <Button size="small" icon="trash" onClick={() => void onDelete()}>{t('common.delete')}</Button> : null}
      </SelectionBar>
      <Dialog
        open={transfer}
        title={t('bulk.transferTitle', { n: shown, name: noun(object) })}
        description={t('bulk.transferText')}
        onClose={() => setTransfer(false)}
        afterClose={() => setOwner(null)}
        width={440}
        footer={<><Button onClick={() => setTransfer(false)}>{t('common.cancel')}</Button><Button kind="primary" disabled={!owner} loading={bulk.isPending} onClick={() => { if (owner) void run({ action: 'transfer', owner }, 'bulk.transferred').then(() => setTransfer(false)); }}>{t('bulk.transferAction', { n: shown })}</Button></>}
      >
        <Field label={t('bulk.newOwner')} required><Suspense fallback={null}><PersonPicker value={owner} onChange={setOwner} autoFocus /></Suspense></Field>
      </Dialog>
    </>
  );
}

function chunk<T>(all: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < all.length; at += size) parts.push(all.slice(at, at + size));
  return parts;
}
