/**
 * The company of an outside partner. Who sees accounts finds it by name; who sees none, as the
 * administrators, pastes the link of its page: the server says whether there is such an account,
 * and no name is told to somebody who may not read it.
 */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useObjects } from '@/api/queries';
import type { RecordPage, RecordView } from '@/api/types';
import { titleText } from '@/features/records/values';
import { useNames } from '@/i18n/names';
import { CopyCode } from '@/ui/Copy';
import { Field, TextInput } from '@/ui/Field';
import { Icon } from '@/ui/icons';
import { Select } from '@/ui/Select';
import { readCompany } from './company';

const OBJECT = 'account';
const MOST = 20;
/** Numbers of a code that are shown, as wherever a record has no name here. */
const TAIL = 6;

interface CompanyFieldProps { value: string | null; onChange: (company: string | null) => void; error?: string }

const useSeesAccounts = (): boolean => useObjects().some((one) => one.key === OBJECT);

/** The account's name, for those who may read it. */
function useCompanyName(id: string | null): string | undefined {
  const { t } = useTranslation();
  const sees = useSeesAccounts();
  const { data } = useQuery({ queryKey: ['record', OBJECT, id], queryFn: () => api.get<RecordView>(`/records/${OBJECT}/${id}`), enabled: sees && id !== null, retry: false });
  return data ? titleText(data.title, t('record.hiddenTitle')) : undefined;
}

export function CompanyField(props: CompanyFieldProps) {
  return useSeesAccounts() ? <ByName {...props} /> : <ByLink {...props} />;
}

function ByName({ value, onChange, error }: CompanyFieldProps) {
  const { t } = useTranslation();
  const [q, setQ] = useState('');
  // The search ends with the choice, so that the name is kept beside it.
  const [chosen, setChosen] = useState<{ value: string; label: string } | null>(null);
  const before = useCompanyName(chosen?.value === value ? null : value);
  const { data, isFetching } = useQuery({
    queryKey: ['pick', OBJECT, q],
    queryFn: ({ signal }) => api.post<RecordPage>(`/records/${OBJECT}/query`, { search: q || undefined, limit: MOST }, { signal }),
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
  const found = (data?.items ?? []).map((one) => ({ value: one.id, label: titleText(one.title, t('record.hiddenTitle')) }));
  const known = value !== null && !found.some((one) => one.value === value) ? [chosen?.value === value ? chosen : { value, label: before ?? t('roles.pasted', { id: value.slice(-TAIL) }) }] : [];
  const options = [...known, ...found];
  return (
    <Field label={t('people.company')} required help={t('people.companyFind')} error={error}>
      <Select allowClear value={value} options={options} onSearch={setQ} loading={isFetching} placeholder={t('people.companySearch')} empty={t('picker.nothing')} onChange={(next) => { setChosen(options.find((one) => one.value === next) ?? null); onChange(next); }} />
    </Field>
  );
}

function ByLink({ value, onChange, error }: CompanyFieldProps) {
  const { t } = useTranslation();
  const names = useNames();
  const [text, setText] = useState(value ?? '');
  const read = readCompany(text);
  const refused = error !== undefined && value !== null ? t('people.companyMissing') : error;
  const wrong = read.kind === 'other' ? t('people.companyOther', { object: names.object(read.object).one }) : read.kind === 'unknown' ? t('people.companyWrong') : undefined;
  const type = (next: string): void => {
    setText(next);
    const now = readCompany(next);
    onChange(now.kind === 'account' ? now.id : null);
  };
  return (
    <Field className="kd-wide" label={t('people.company')} required help={read.kind === 'account' ? undefined : t('people.companyHelp')} error={wrong ?? refused}>
      <TextInput value={text} onChange={type} placeholder={t('people.companyLink')} autoComplete="off" allowClear />
      {read.kind === 'account' && error === undefined ? <p className="kd-company-read" role="status"><Icon name="check" size={14} />{t('people.companyRead', { id: read.id.slice(-TAIL) })}</p> : null}
    </Field>
  );
}

/** The company as a fact: its name with the way to it, or its number for those who may not read it. */
export function CompanyFact({ id }: { id: string }) {
  const { t } = useTranslation();
  const sees = useSeesAccounts();
  const name = useCompanyName(id);
  if (name) return <Link to="/o/$object/$id" params={{ object: OBJECT, id }}>{name}</Link>;
  return <span title={sees ? undefined : t('people.companyHidden')}><CopyCode text={id} label={t('people.companyCopy')} /></span>;
}
