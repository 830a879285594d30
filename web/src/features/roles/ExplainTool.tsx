/** Why somebody can or cannot do something with a record: every rule that was asked, and its answer. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCan, useObjects } from '@/api/queries';
import type { Explanation } from '@/api/types';
import { parseRecord } from '@/features/evidence/filters';
import { usePeopleNames } from '@/features/evidence/useEvidence';
import { definedQuery } from '@/features/people/usePeople';
import { ExplanationView } from '@/features/record/ExplanationView';
import { PersonPicker, RecordPicker } from '@/features/records/Pickers';
import { useFormats } from '@/i18n/format';
import { useNames } from '@/i18n/names';
import { Drawer } from '@/ui/Dialog';
import { Field, TextInput } from '@/ui/Field';
import { Select } from '@/ui/Select';
import { Empty, ErrorState, SkeletonLines } from '@/ui/States';
import '@/features/record/record.css';

const ACTIONS = ['read', 'update', 'delete', 'reveal', 'share', 'transfer', 'export'] as const;
const BUILT_IN = ['account', 'contact', 'lead', 'opportunity', 'follow_up'];

interface ExplainToolProps { search: Record<string, string | undefined>; onChange: (patch: Record<string, string | undefined>) => void; onClose: () => void }

export function ExplainTool({ search, onChange, onClose }: ExplainToolProps) {
  const { t } = useTranslation();
  const names = useNames();
  const can = useCan();
  const { pick } = useFormats();
  const objects = useObjects();
  const nameOf = usePeopleNames();
  const { person, record, field } = search;
  const object = search['on'] ?? 'account';
  const action = search['action'] ?? 'read';
  const view = objects.find((one) => one.key === object);
  const { data: defined = [] } = useQuery({ ...definedQuery, enabled: can.capability('roles_read') });
  const fields = defined.find((one) => one.key === object)?.fields ?? view?.fields ?? [];
  const keys = objects.length > 0 ? objects.map((one) => one.key) : BUILT_IN;
  const objectName = (key: string): string => { const one = defined.find((each) => each.key === key); return one ? pick(one) : names.object(key).one; };
  const ready = Boolean(person && record);
  const answer = useQuery({
    queryKey: ['explain', person, object, record, action, field],
    queryFn: () => api.get<Explanation>('/explain', { query: { person, object, record, action, field } }),
    enabled: ready,
    gcTime: 0,
  });
  return (
    <Drawer open width={600} title={t('roles.why')} description={t('roles.whyText')} onClose={onClose}>
      <div className="kd-stack">
        <div className="kd-form-grid">
          <Field label={t('roles.ask.who')} required className="kd-wide"><PersonPicker value={person ?? null} initialName={person ? (nameOf(person) ?? person.slice(0, 8)) : null} onChange={(next) => onChange({ person: next ?? undefined })} /></Field>
          <Field label={t('roles.ask.kind')}><Select value={object} onChange={(next) => onChange({ on: next ?? undefined, record: undefined, field: undefined })} options={keys.map((key) => ({ value: key, label: objectName(key) }))} /></Field>
          <Field label={t('roles.ask.what')}><Select value={action} onChange={(next) => onChange({ action: next ?? undefined })} options={ACTIONS.map((one) => ({ value: one, label: t(`roles.ask.action.${one}`) }))} /></Field>
          <div className="kd-wide"><RecordInput object={object} readable={Boolean(view)} value={record ?? null} onChange={onChange} /></div>
          {fields.length > 0 ? <Field label={t('roles.ask.field')} className="kd-wide"><Select search allowClear value={field ?? null} onChange={(next) => onChange({ field: next ?? undefined })} placeholder={t('explain.wholeRecord')} options={fields.map((one) => ({ value: one.key, label: pick(one) }))} /></Field> : null}
        </div>
        {!ready ? <Empty compact icon="shield-question" title={t('roles.whyEmpty')}>{t('roles.whyEmptyText')}</Empty> : answer.error ? <ErrorState compact error={answer.error} onRetry={() => void answer.refetch()} /> : !answer.data ? <SkeletonLines lines={6} /> : <ExplanationView explanation={answer.data} object={view} />}
      </div>
    </Drawer>
  );
}

/** A record by its name, where the person may search, or by a pasted link or id. */
function RecordInput({ object, readable, value, onChange }: { object: string; readable: boolean; value: string | null; onChange: ExplainToolProps['onChange'] }) {
  const { t } = useTranslation();
  const [text, setText] = useState(value ?? '');
  useEffect(() => setText(value ?? ''), [value]);
  const paste = (next: string): void => {
    setText(next);
    const found = parseRecord(next);
    if (found) onChange({ record: found.record, ...(found.object ? { on: found.object } : {}) });
    else if (next === '') onChange({ record: undefined });
  };
  return (
    <div className="kd-stack">
      {readable ? <Field label={t('roles.ask.record')} required><RecordPicker object={object} allowClear value={value} initialTitle={value ? t('roles.pasted', { id: value.slice(-6) }) : null} onChange={(next) => onChange({ record: next ?? undefined })} /></Field> : null}
      <Field label={t(readable ? 'roles.orPaste' : 'roles.ask.record')} required={!readable} help={readable ? undefined : t('roles.ask.recordHelp')} error={text !== '' && !parseRecord(text) ? t('evidence.filter.recordWrong') : undefined}><TextInput value={text} onChange={paste} placeholder={t('evidence.filter.recordPlaceholder')} allowClear /></Field>
    </div>
  );
}
