/** Reading one import while it moves on, and the steps that are asked of the server. */
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import type { ImportMapping, ImportView, ObjectView, Page } from '@/api/types';
import { useToast } from '@/ui/toast';
import { firstDraft, isLive, type Draft } from './model';

export const importKey = (id: string): readonly [string, string] => ['import', id];
/** The file of an import is deleted when it was given up or has ended some time ago; then only the counts are left. */
const whole = (view: ImportView): ImportView => ({ ...view, file: (view.file as ImportView['file'] | null) ?? { name: '', bytes: 0, kind: '', encoding: '', delimiter: null, worksheet: null, worksheets: [], rows: null }, columns: view.columns ?? [], warnings: view.warnings ?? [] });

export const importsQuery = queryOptions({
  queryKey: ['imports'],
  queryFn: async () => (await api.get<Page<ImportView>>('/imports')).items.map(whole),
  refetchInterval: (query) => (query.state.data?.some((one) => isLive(one.state)) ? 2000 : false),
});

/** The import as the server has it; asked every second while it moves, so that anybody may leave and come back. */
export function useImport(id: string | undefined) {
  return useQuery({
    queryKey: importKey(id ?? ''),
    queryFn: async () => whole(await api.get<ImportView>(`/imports/${id}`)),
    enabled: id !== undefined,
    staleTime: 1000,
    refetchInterval: (query) => (query.state.data && isLive(query.state.data.state) ? 1000 : query.state.data?.state === 'paused' ? 5000 : false),
    refetchIntervalInBackground: false,
  });
}

/** Said beside the counts, since it has to be decided there. */
export const EXPOSED = 'import.personal_data_in_unclassified';
export type Verb = 'dry-run' | 'run' | 'pause' | 'resume' | 'cancel' | 'undo';

export function useImportActions(view: ImportView) {
  const client = useQueryClient();
  const toast = useToast();
  const settle = (next: ImportView | undefined): void => {
    if (next) client.setQueryData(importKey(view.id), (before: ImportView | undefined) => ({ ...before, ...whole(next) }));
    void client.invalidateQueries({ queryKey: importKey(view.id) });
    void client.invalidateQueries({ queryKey: importsQuery.queryKey });
  };
  const step = useMutation({
    mutationFn: (verb: Verb) => api.post<ImportView>(`/imports/${view.id}/${verb}`),
    onSuccess: settle,
    onError: (error) => {
      const problem = asProblem(error);
      if (problem.code === EXPOSED) return;
      toast({ kind: 'error', text: problem.detail ?? problem.title });
      void client.invalidateQueries({ queryKey: importKey(view.id) });
    },
  });
  const check = useMutation({
    mutationFn: async (mapping: ImportMapping) => {
      await api.put<ImportView>(`/imports/${view.id}/mapping`, mapping);
      return api.post<ImportView>(`/imports/${view.id}/dry-run`);
    },
    onSuccess: settle,
  });
  return { step, check };
}

/** Lists of the object are stale once rows were written or taken back. */
export function useRefreshRecords(view: ImportView): void {
  const client = useQueryClient();
  const before = useRef(view.state);
  useEffect(() => {
    const ended = isLive(before.current) && !isLive(view.state);
    before.current = view.state;
    if (ended) void client.invalidateQueries({ queryKey: ['records'] });
  }, [client, view.state]);
}

const drafts = new Map<string, Draft>();
export const hasDraft = (id: string | undefined): boolean => id !== undefined && drafts.has(id);

/** The choices of the wizard; kept for the visit, so that going to and fro loses nothing. */
export function useDraft(view: ImportView, object: ObjectView): [Draft, (draft: Draft) => void] {
  const [draft, setDraft] = useState(() => drafts.get(view.id) ?? firstDraft(view, object));
  return [
    draft,
    (next) => {
      drafts.set(view.id, next);
      setDraft(next);
    },
  ];
}

export const keepDraft = (id: string, draft: Draft): void => void drafts.set(id, draft);
export const dropDraft = (id: string): void => void drafts.delete(id);

/** Asks the server for a file; a refusal is told in a notice. */
export function useDownload(): { busy: boolean; run: (path: string, name: string) => void } {
  const toast = useToast();
  const file = useMutation({
    mutationFn: ({ path, name }: { path: string; name: string }) => api.download('GET', path, name),
    onError: (error) => toast({ kind: 'error', text: asProblem(error).detail ?? asProblem(error).title }),
  });
  return { busy: file.isPending, run: (path, name) => file.mutate({ path, name }) };
}
