/** Choosing a person or a record by typing a part of its name; the server searches. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { directoryQuery } from '@/api/queries';
import type { RecordPage } from '@/api/types';
import { useUnitName } from '@/i18n/names';
import { Person } from '@/ui/Avatar';
import { Select, type Option } from '@/ui/Select';
import { titleText } from './values';

interface PickerProps {
  value: string | null;
  onChange: (value: string | null) => void;
  allowClear?: boolean;
  autoFocus?: boolean;
  label?: string;
  placeholder?: string;
}

/** The candidates, with the chosen one among them: it keeps its name when another search brings others. */
export function useWithChosen(value: string | null, candidates: readonly Option[], unknown: Option | null): readonly Option[] {
  const [kept, setKept] = useState<Option | null>(null);
  if (value === null) return candidates;
  const found = candidates.find((one) => one.value === value);
  if (found && kept?.value !== value) setKept(found);
  const chosen = found ?? (kept?.value === value ? kept : unknown);
  return found || !chosen ? candidates : [chosen, ...candidates];
}

export function PersonPicker({ value, onChange, initialName, placeholder, ...rest }: PickerProps & { initialName?: string | null }) {
  const { t } = useTranslation();
  const unitName = useUnitName();
  const [q, setQ] = useState('');
  const { data = [], isFetching } = useQuery({ ...directoryQuery(q), placeholderData: keepPreviousData });
  const options = data.map((one) => ({ value: one.id, text: one.name, label: <span className="kd-row"><Person name={one.name} />{one.unit ? <span className="kd-faint">{unitName(one.unit)}</span> : null}</span> }));
  const all = useWithChosen(value, options, value !== null && initialName ? { value, text: initialName, label: <Person name={initialName} /> } : null);
  return <Select {...rest} value={value} onChange={onChange} options={all} onSearch={setQ} loading={isFetching} placeholder={placeholder ?? t('picker.person')} empty={t('picker.nobody')} />;
}

export function RecordPicker({ object, value, onChange, initialTitle, ...rest }: PickerProps & { object: string; initialTitle?: string | null }) {
  const { t } = useTranslation();
  const [q, setQ] = useState('');
  const { data, isFetching } = useQuery({
    queryKey: ['pick', object, q],
    queryFn: ({ signal }) => api.post<RecordPage>(`/records/${object}/query`, { search: q || undefined, limit: 20 }, { signal }),
    placeholderData: keepPreviousData,
    enabled: object !== '',
    gcTime: 60_000,
  });
  const options = (data?.items ?? []).map((record) => ({ value: record.id, label: titleText(record.title, t('record.hiddenTitle')) }));
  const all = useWithChosen(value, options, value !== null && (data || initialTitle) ? { value, label: initialTitle ?? t('value.noAccess') } : null);
  return <Select {...rest} value={value} onChange={onChange} options={all} onSearch={setQ} loading={isFetching} placeholder={t('picker.record')} empty={t('picker.nothing')} />;
}
