/** Doing the same to many records: the server takes 500 ids at once, and a choice may hold more. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/api/client';
import type { FieldValue, ListQuery, RecordPage, RecordView } from '@/api/types';
import { isNamed, isReference } from '@/api/types';
import type { GridSelection } from '@/ui/grid/types';

const AT_ONCE = 500;
const PAGE = 200;

export interface BulkInput {
  action: 'delete' | 'restore' | 'transfer' | 'update';
  values?: Record<string, FieldValue>;
  owner?: string;
}
export interface BulkStep extends BulkInput { ids: string[] }
interface BulkAnswer { done: number; failed: { id: string; code: string }[] }
export interface BulkResult { done: number; failed: number }

/** Splits the steps so that none names more records than the server takes. */
export function inParts(steps: readonly BulkStep[]): BulkStep[] {
  return steps.flatMap((step) => Array.from({ length: Math.ceil(step.ids.length / AT_ONCE) }, (_, at) => ({ ...step, ids: step.ids.slice(at * AT_ONCE, (at + 1) * AT_ONCE) })));
}

/** What takes a change back; null where what was before is not known for every record. */
export function wayBack(input: BulkInput, ids: readonly string[], rows: readonly RecordView[]): BulkStep[] | null {
  if (input.action === 'delete') return [{ action: 'restore', ids: [...ids] }];
  const known = new Map(rows.map((row) => [row.id, row]));
  const steps = new Map<string, BulkStep>();
  const field = Object.keys(input.values ?? {})[0];
  for (const id of ids) {
    const row = known.get(id);
    if (!row) return null;
    if (input.action === 'transfer') {
      if (!row.owner) return null;
      steps.set(row.owner.id, { action: 'transfer', owner: row.owner.id, ids: [...(steps.get(row.owner.id)?.ids ?? []), id] });
    } else if (input.action === 'update' && field) {
      const before = row.values[field];
      const plain: FieldValue = isReference(before) || isNamed(before) ? before.id : (before ?? null);
      const key = JSON.stringify(plain);
      steps.set(key, { action: 'update', values: { [field]: plain }, ids: [...(steps.get(key)?.ids ?? []), id] });
    }
  }
  return [...steps.values()];
}

/** The ids of a choice; of one made by a question all pages are read. */
export async function chosenIds(object: string, selection: GridSelection, query: ListQuery): Promise<string[]> {
  if (selection.mode === 'some') return [...selection.ids];
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page: RecordPage = await api.post<RecordPage>(`/records/${object}/query`, { ...query, fields: query.fields?.slice(0, 1), limit: PAGE, cursor });
    ids.push(...page.items.map((row) => row.id).filter((id) => !selection.except.has(id)));
    cursor = page.next ?? undefined;
  } while (cursor);
  return ids;
}

/** Runs steps one after the other; `progress` counts the records already tried. */
export function useBulk(object: string) {
  const client = useQueryClient();
  const [progress, setProgress] = useState<number | null>(null);
  const run = async (steps: readonly BulkStep[]): Promise<BulkResult> => {
    const result = { done: 0, failed: 0 };
    setProgress(0);
    try {
      for (const step of inParts(steps)) {
        const answer = await api.post<BulkAnswer>(`/records/${object}/bulk`, step);
        result.done += answer.done;
        result.failed += answer.failed.length;
        setProgress(result.done + result.failed);
      }
    } finally {
      setProgress(null);
      void client.invalidateQueries({ queryKey: ['records', object] });
    }
    return result;
  };
  return { run, progress };
}
