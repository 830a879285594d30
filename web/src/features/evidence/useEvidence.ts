/** Reads of the log. */
import { queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { directoryQuery, useMe } from '@/api/queries';
import type { EvidenceHead, EvidenceItem, EvidenceProof } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { useNames } from '@/i18n/names';
import { toQuery, type EvidenceSearch } from './filters';
import type { Words } from './sentence';

const PAGE = 100;

export const headQuery = queryOptions({ queryKey: ['evidence-head'], queryFn: () => api.get<EvidenceHead>('/evidence/head'), staleTime: 10_000, refetchInterval: 30_000 });

export function useEvents(search: EvidenceSearch) {
  const result = useInfiniteQuery({
    queryKey: ['evidence', search],
    queryFn: ({ pageParam, signal }) => api.get<{ items: EvidenceItem[]; next: number | null }>('/evidence', { query: { ...toQuery(search, new Date()), before: pageParam ?? undefined, limit: PAGE }, signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next ?? undefined,
    // Each look into the log is an event itself: it is not asked again without need.
    staleTime: 60_000,
    refetchOnWindowFocus: false,
    gcTime: 60_000,
  });
  const events = useMemo(() => result.data?.pages.flatMap((page) => page.items) ?? [], [result.data]);
  return { ...result, events };
}

export const proofQuery = (seq: number) => queryOptions({ queryKey: ['evidence-proof', seq], queryFn: () => api.get<EvidenceProof>(`/evidence/${seq}/proof`), gcTime: 60_000, staleTime: Infinity, refetchOnWindowFocus: false });

/** `Mobile` in the middle of an English sentence; `ID number` keeps its capitals. */
const inSentence = (name: string): string => (/^[A-Z][a-z]/.test(name) ? `${name.charAt(0).toLowerCase()}${name.slice(1)}` : name);

/** The words for sentences, in the language of the page. */
export function useWords(): Words {
  const { t } = useTranslation();
  const { number, pick, language } = useFormats();
  const { object, field } = useNames();
  const me = useMe();
  const person = usePeopleNames();
  return useMemo<Words>(
    () => ({
      t: (key, args) => String(t(key, args ?? {})),
      object: (key) => { const names = object(key); return language === 'en' ? { one: inSentence(names.one), many: inSentence(names.many) } : names; },
      field: (of, key) => (language === 'en' ? inSentence(field(of, key)) : field(of, key)),
      person,
      purpose: (code) => { const found = me.purposes.find((one) => one.code === code); return found ? pick(found) : String(t(`evidence.purposeName.${code}`, { defaultValue: code })); },
      number,
    }),
    [t, object, field, person, me.purposes, pick, number, language],
  );
}

/** Names of people for the ids that details carry; an id stays where nobody is known. */
export function usePeopleNames(): (id: string) => string | undefined {
  const { data } = useQuery({ ...directoryQuery(''), retry: false });
  return useMemo(() => {
    const names = new Map(data?.map((one) => [one.id, one.name]));
    return (id) => names.get(id);
  }, [data]);
}
