/** Name, title, place and end of access. A move acts on the person's next request. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { unitsQuery } from '@/api/queries';
import type { PersonView } from '@/api/types';
import { PersonPicker } from '@/features/records/Pickers';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { DateInput } from '@/ui/DateInput';
import { Field, TextInput } from '@/ui/Field';
import { Notice } from '@/ui/PageHeader';
import { Select } from '@/ui/Select';
import { useToast } from '@/ui/toast';
import { CompanyField } from './CompanyField';
import { buildTree, unitOptions } from './unit-tree';
import { endOfDay, useRefresh } from './usePeople';

export function PersonEdit({ person, onDone }: { person: PersonView; onDone: () => void }) {
  const { t } = useTranslation();
  const { pick, date } = useFormats();
  const toast = useToast();
  const refresh = useRefresh();
  const { data: units = [] } = useQuery(unitsQuery);
  const [name, setName] = useState(person.name);
  const [title, setTitle] = useState(person.title ?? '');
  const [unit, setUnit] = useState(person.unit?.id ?? null);
  const [manager, setManager] = useState(person.manager?.id ?? null);
  const [company, setCompany] = useState(person.company ?? null);
  const partner = person.kind === 'partner';
  const before = person.valid_until ? date(person.valid_until) : null;
  const [until, setUntil] = useState(before);
  const patch = {
    ...(name.trim() === person.name ? {} : { name: name.trim() }),
    ...(title.trim() === (person.title ?? '') ? {} : { title: title.trim() || null }),
    ...(unit === (person.unit?.id ?? null) ? {} : { unit }),
    ...(manager === (person.manager?.id ?? null) ? {} : { manager }),
    ...(!partner || company === null || company === (person.company ?? null) ? {} : { company }),
    ...(until === before ? {} : { valid_until: until ? endOfDay(until) : null }),
  };
  const dirty = Object.keys(patch).length > 0;
  const moved = 'unit' in patch || 'manager' in patch || 'company' in patch;
  const ready = dirty && Boolean(name.trim()) && (!partner || company !== null);
  const save = useMutation({
    mutationFn: () => api.patch<PersonView>(`/people/${person.id}`, patch, { ifMatch: person.version ?? 0 }),
    onSuccess: () => { refresh(); toast({ text: t('people.saved') }); onDone(); },
    onError: (error) => { if (asProblem(error).code === 'record.version_changed') refresh(); },
  });
  const problem = save.error ? asProblem(save.error) : null;
  const wrong = (field: string): string | undefined => problem?.fields.find((one) => one.field === field)?.message;
  return (
    <form className="kd-stack" onSubmit={(event) => { event.preventDefault(); if (ready) save.mutate(); }}>
      <div className="kd-form-grid">
        <Field label={t('people.name')} required error={wrong('name')}><TextInput value={name} onChange={setName} maxLength={100} autoFocus /></Field>
        <Field label={t('people.title')} error={wrong('title')}><TextInput value={title} onChange={setTitle} maxLength={100} /></Field>
        {partner ? <CompanyField value={company} onChange={setCompany} error={wrong('company')} /> : null}
        <Field label={t('people.unit')} error={wrong('unit')}><Select search allowClear value={unit} onChange={setUnit} placeholder={t('form.choose')} options={unitOptions(buildTree(units), pick)} /></Field>
        <Field label={t('people.manager')} error={wrong('manager')}><PersonPicker allowClear value={manager} initialName={person.manager?.name} onChange={setManager} /></Field>
        <Field label={t('people.until')} required={partner} help={partner ? undefined : t('people.untilHelp')} error={wrong('valid_until')}><DateInput value={until} onChange={setUntil} /></Field>
      </div>
      {moved ? <Notice tone="info">{t('people.moveEffect')}</Notice> : null}
      {problem && problem.fields.length === 0 ? <Notice tone={problem.code === 'record.version_changed' ? 'warning' : 'danger'}>{problem.detail ?? problem.title}</Notice> : null}
      <div className="kd-row"><span className="kd-end" /><Button onClick={onDone}>{t('common.cancel')}</Button><Button kind="primary" type="submit" loading={save.isPending} disabled={!ready}>{t('common.save')}</Button></div>
    </form>
  );
}
