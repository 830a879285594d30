/** Takes somebody on. A partner belongs to a company and has an end from the start. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { unitsQuery } from '@/api/queries';
import type { PersonView } from '@/api/types';
import { useStepUp } from '@/app/StepUp';
import { useUnsavedGuard } from '@/app/unsaved';
import { PersonPicker } from '@/features/records/Pickers';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { useConfirm } from '@/ui/Confirm';
import { DateInput } from '@/ui/DateInput';
import { Drawer } from '@/ui/Dialog';
import { Field, RadioGroup, TextInput } from '@/ui/Field';
import { Notice } from '@/ui/PageHeader';
import { Select } from '@/ui/Select';
import { CompanyField } from './CompanyField';
import { buildTree, unitOptions } from './unit-tree';
import { endOfDay, useRefresh, type Invite, type NewPerson } from './usePeople';

const EMPTY: NewPerson = { name: '', login: '', kind: 'user', unit: null, manager: null, title: null, email: null, company: null, valid_until: null };

/** Fields that must be filled before the server is asked. */
export function missingOf(person: NewPerson): (keyof NewPerson)[] {
  const wanted: (keyof NewPerson)[] = person.kind === 'partner' ? ['name', 'login', 'company', 'valid_until'] : ['name', 'login', 'unit'];
  return wanted.filter((key) => !person[key]?.trim());
}

export function CreatePerson({ onClose, onCreated }: { onClose: () => void; onCreated: (name: string, invite: Invite) => void }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const confirm = useConfirm();
  const stepUp = useStepUp();
  const refresh = useRefresh();
  const { data: units = [] } = useQuery(unitsQuery);
  const [person, setPerson] = useState<NewPerson>(EMPTY);
  const [tried, setTried] = useState(false);
  const [done, setDone] = useState(false);
  const set = (patch: Partial<NewPerson>): void => setPerson((before) => ({ ...before, ...patch }));
  const missing = missingOf(person);
  const partner = person.kind === 'partner';
  const create = useMutation({
    mutationFn: () => stepUp(() => {
      const { kind, company, valid_until: until, ...rest } = person;
      const given = Object.fromEntries(Object.entries(rest).flatMap(([key, value]) => (value?.trim() ? [[key, value.trim()]] : [])));
      return api.post<{ person: PersonView; invite: Invite }>('/people', { ...given, kind, ...(partner && company ? { company } : {}), ...(until ? { valid_until: endOfDay(until) } : {}) });
    }),
    onSuccess: ({ person: made, invite }) => { setDone(true); refresh(); window.setTimeout(() => onCreated(made.name, invite), 0); },
  });
  const dirty = !done && JSON.stringify(person) !== JSON.stringify(EMPTY);
  useUnsavedGuard(dirty);
  const problem = create.error ? asProblem(create.error) : null;
  const wrong = (field: keyof NewPerson): string | undefined => problem?.fields.find((one) => one.field === field)?.message ?? (tried && missing.includes(field) ? t('people.required') : undefined);
  const submit = (): void => { setTried(true); if (missing.length === 0) create.mutate(); };
  const close = async (): Promise<void> => {
    if (dirty && !(await confirm({ title: t('unsaved.title'), text: t('unsaved.text'), action: t('unsaved.leave'), danger: true }))) return;
    setDone(true);
    window.setTimeout(onClose, 0);
  };
  return (
    <Drawer open width={560} title={t('people.createTitle')} description={t('people.createText')} onClose={() => void close()} footer={<><Button onClick={() => void close()}>{t('common.cancel')}</Button><Button kind="primary" loading={create.isPending} onClick={submit}>{t('people.createAction')}</Button></>}>
      <form className="kd-stack" onSubmit={(event) => { event.preventDefault(); submit(); }}>
        <RadioGroup label={t('people.kindTitle')} value={person.kind} onChange={(kind) => set({ kind })} options={[{ value: 'user', label: t('people.kind.user'), hint: t('people.kindHint.user') }, { value: 'partner', label: t('people.kind.partner'), hint: t('people.kindHint.partner') }]} />
        <div className="kd-form-grid">
          <Field label={t('people.name')} required error={wrong('name')}><TextInput value={person.name} onChange={(name) => set({ name })} maxLength={100} autoFocus /></Field>
          <Field label={t('people.login')} required help={t('people.loginHelp')} error={wrong('login')}><TextInput value={person.login} onChange={(login) => set({ login })} maxLength={100} autoComplete="off" /></Field>
          {partner ? (
            <>
              <CompanyField value={person.company} onChange={(company) => set({ company })} error={wrong('company')} />
              <Field label={t('people.until')} required error={wrong('valid_until')}><DateInput value={person.valid_until} onChange={(until) => set({ valid_until: until })} /></Field>
            </>
          ) : null}
          <Field label={t('people.unit')} required={!partner} error={wrong('unit')}><Select search allowClear value={person.unit} onChange={(unit) => set({ unit })} placeholder={t('form.choose')} options={unitOptions(buildTree(units), pick)} /></Field>
          <Field label={t('people.manager')} error={wrong('manager')}><PersonPicker allowClear value={person.manager} onChange={(manager) => set({ manager })} /></Field>
          <Field label={t('people.title')} error={wrong('title')}><TextInput value={person.title ?? ''} onChange={(title) => set({ title })} maxLength={100} /></Field>
          <Field label={t('people.email')} error={wrong('email')}><TextInput type="email" value={person.email ?? ''} onChange={(email) => set({ email })} maxLength={200} autoComplete="off" /></Field>
          {partner ? null : <Field label={t('people.until')} help={t('people.untilHelp')} error={wrong('valid_until')}><DateInput value={person.valid_until} onChange={(until) => set({ valid_until: until })} /></Field>}
        </div>
        <Notice tone="info">{t('people.rolesLater')}</Notice>
        {problem && problem.fields.length === 0 ? <Notice tone="danger">{problem.detail ?? problem.title}</Notice> : null}
        <button type="submit" hidden />
      </form>
    </Drawer>
  );
}
