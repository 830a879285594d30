/** Asks while typing whether somebody already has this person or company; only the fact comes back. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { api } from '@/api/client';
import type { DuplicateHint, FieldValue, ObjectView } from '@/api/types';
import type { Values } from './RecordForm';

export function useDuplicates(object: ObjectView, values: Values, exclude?: string): DuplicateHint[] {
  const asked = useMemo(() => {
    const out: Record<string, FieldValue> = {};
    for (const field of object.fields) {
      const value = values[field.key];
      const matters = field.unique !== 'none' || field.key === object.title;
      if (matters && typeof value === 'string' && value.trim().length > 1) out[field.key] = value.trim();
    }
    return out;
  }, [object, values]);
  const text = JSON.stringify(asked);
  const [late, setLate] = useState('{}');
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(text), 400);
    return () => window.clearTimeout(timer);
  }, [text]);
  const { data } = useQuery({
    queryKey: ['duplicates', object.key, late, exclude],
    queryFn: ({ signal }) => api.post<{ matches: DuplicateHint[] }>(`/records/${object.key}/duplicates`, { values: JSON.parse(late), exclude }, { signal }),
    enabled: late !== '{}',
    placeholderData: keepPreviousData,
    gcTime: 0,
    retry: false,
  });
  return late === '{}' ? [] : (data?.matches ?? []);
}
