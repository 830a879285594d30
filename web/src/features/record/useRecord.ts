import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import type { FieldValue, RecordView } from '@/api/types';
import { usePatchCached } from '@/features/records/useRecords';
import { useToast } from '@/ui/toast';

export const recordKey = (object: string, id: string) => ['record', object, id] as const;

export const useRecord = (object: string, id: string) =>
  useQuery({ queryKey: recordKey(object, id), queryFn: () => api.get<RecordView>(`/records/${object}/${id}`), gcTime: 60_000 });

/** How a refusal is told: by a notice about what was typed, by one about a choice at once, or by the form itself. */
type Telling = 'typed' | 'chosen' | 'in the form';

/** Changes a record on the version the person saw; a clash brings the newest version and keeps the typed value. */
export function useSaveRecord(record: RecordView, telling: Telling = 'typed') {
  const { t } = useTranslation();
  const toast = useToast();
  const client = useQueryClient();
  const patch = usePatchCached();
  return useMutation({
    mutationFn: (change: { values?: Record<string, FieldValue>; owner?: string }) => api.patch<RecordView>(`/records/${record.object}/${record.id}`, change, { ifMatch: record.version }),
    onSuccess: (next) => {
      patch(next);
      for (const part of ['timeline', 'history', 'related']) void client.invalidateQueries({ queryKey: [part, record.object, record.id] });
    },
    onError: (error) => {
      const problem = asProblem(error);
      if (problem.code === 'record.version_changed') void client.invalidateQueries({ queryKey: recordKey(record.object, record.id) });
      if (telling === 'in the form') return;
      if (problem.code === 'record.version_changed') toast({ kind: 'info', text: t(telling === 'typed' ? 'record.changedKeep' : 'record.changedMeanwhile') });
      else if (problem.fields.length === 0) toast({ kind: 'error', text: problem.detail ?? problem.title });
    },
  });
}
