/** Takes records out of the bin, one or many. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import type { ObjectView, RecordView } from '@/api/types';
import { useBulk, type BulkResult } from '@/features/records/bulk';
import { titleText } from '@/features/records/values';
import { useToast } from '@/ui/toast';

export function useRestore(object: ObjectView) {
  const { t } = useTranslation();
  const toast = useToast();
  const client = useQueryClient();
  const navigate = useNavigate();
  const bulk = useBulk(object.key);
  const onError = (error: unknown): void => {
    const problem = asProblem(error);
    toast({ kind: 'error', text: problem.detail ?? problem.title });
    void client.invalidateQueries({ queryKey: ['records', object.key] });
  };
  const single = useMutation({
    mutationFn: (row: RecordView) => api.post<RecordView>(`/records/${object.key}/${row.id}/restore`, undefined, { ifMatch: row.version }),
    onSuccess: (_, row) => {
      void client.invalidateQueries({ queryKey: ['records', object.key] });
      void client.invalidateQueries({ queryKey: ['record', object.key, row.id] });
      toast({ text: t('bin.restored', { name: titleText(row.title, t('record.hiddenTitle')) }), action: { label: t('bin.open'), run: () => void navigate({ to: '/o/$object/$id', params: { object: object.key, id: row.id } }) } });
    },
    onError,
  });
  const restoreMany = async (ids: readonly string[]): Promise<boolean> => {
    let result: BulkResult;
    try {
      result = await bulk.run([{ action: 'restore', ids: [...ids] }]);
    } catch (error) {
      onError(error);
      return false;
    }
    const { done, failed } = result;
    toast({ kind: failed > 0 ? 'info' : 'success', text: failed > 0 ? t('bulk.partly', { done, failed }) : t('bin.restoredMany', { n: done }) });
    return true;
  };
  return { restore: single.mutate, restoreMany, busy: bulk.progress !== null };
}
