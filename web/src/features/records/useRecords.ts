/** Reading and changing lists of records. */
import { useInfiniteQuery, useMutation, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import type { FieldValue, ListQuery, RecordPage, RecordView } from '@/api/types';
import { useToast } from '@/ui/toast';
import { recordsQuery } from './list-query';

/** All pages loaded so far of a list. */
export function useRecords(object: string, query: ListQuery, enabled = true) {
  const result = useInfiniteQuery({ ...recordsQuery(object, query), enabled });
  const rows = useMemo(() => result.data?.pages.flatMap((page) => page.items) ?? [], [result.data]);
  return { ...result, rows, count: result.data?.pages[0]?.count ?? null };
}

type Pages = InfiniteData<RecordPage, string | null>;

/** Writes a changed record into every loaded list. */
export function usePatchCached(): (record: RecordView) => void {
  const client = useQueryClient();
  return (record) => {
    client.setQueryData(['record', record.object, record.id], record);
    client.setQueriesData<Pages>({ queryKey: ['records', record.object] }, (data) =>
      data && { ...data, pages: data.pages.map((page) => (page.items.some((one) => one.id === record.id) ? { ...page, items: page.items.map((one) => (one.id === record.id ? record : one)) } : page)) },
    );
  };
}

export interface EditInput { record: RecordView; field: string; value: FieldValue }

/** Changes one field at once on the screen and takes it back when the server refuses. */
export function useInlineEdit(object: string) {
  const { t } = useTranslation();
  const toast = useToast();
  const patch = usePatchCached();
  const client = useQueryClient();
  const edit = useMutation({
    mutationFn: ({ record, field, value }: EditInput) => api.patch<RecordView>(`/records/${object}/${record.id}`, { values: { [field]: value } }, { ifMatch: record.version }),
    onMutate: ({ record, field, value }) => {
      // A reference or a person is shown by its name, which only the answer brings.
      if (typeof value !== 'object' || Array.isArray(value)) patch({ ...record, values: { ...record.values, [field]: value } });
    },
    onSuccess: patch,
    onError: (error, { record, field, value }) => {
      patch(record);
      const problem = asProblem(error);
      if (problem.code !== 'record.version_changed') {
        toast({ kind: 'error', text: problem.fields[0]?.message ?? problem.detail ?? problem.title });
        return;
      }
      // What the other wrote is shown; what was typed here is not lost, it can be written over it.
      void api.get<RecordView>(`/records/${object}/${record.id}`).then((newest) => {
        patch(newest);
        toast({ kind: 'error', text: t('record.changedMeanwhile'), action: { label: t('record.writeMine'), run: () => edit.mutate({ record: newest, field, value }) } });
      }, () => {
        toast({ kind: 'error', text: t('record.changedMeanwhile') });
        void client.invalidateQueries({ queryKey: ['records', object] });
      });
    },
  });
  return edit;
}
