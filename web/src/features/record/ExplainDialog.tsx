/** Why a person can or cannot do something with this record: every rule that was asked, and its answer. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCan, useMe } from '@/api/queries';
import type { Explanation, ObjectView, RecordView } from '@/api/types';
import { PersonPicker } from '@/features/records/Pickers';
import { useFormats } from '@/i18n/format';
import { Drawer } from '@/ui/Dialog';
import { Field } from '@/ui/Field';
import { Select } from '@/ui/Select';
import { ErrorState, SkeletonLines } from '@/ui/States';
import { ExplanationView } from './ExplanationView';

const ACTIONS = ['read', 'update', 'delete', 'reveal', 'share', 'transfer'] as const;

export function ExplainDialog({ object, record, field: asked, onClose }: { object: ObjectView; record: RecordView; field?: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const me = useMe();
  const can = useCan();
  const [person, setPerson] = useState<string>(me.person.id);
  const [action, setAction] = useState<string>('read');
  const [field, setField] = useState<string | null>(asked ?? null);
  const { data, error, refetch } = useQuery({
    queryKey: ['explain', record.object, record.id, person, action, field],
    queryFn: () => api.get<Explanation>(`/records/${record.object}/${record.id}/explain`, { query: { person, action, field } }),
    gcTime: 0,
  });
  return (
    <Drawer open title={t('explain.title')} description={t('explain.text')} onClose={onClose}>
      <div className="kd-stack">
        <div className="kd-form-grid">
          <Field label={t('explain.person')} className="kd-wide">{can.capability('explain_others') ? <PersonPicker value={person} initialName={person === me.person.id ? me.person.name : null} onChange={(next) => setPerson(next ?? me.person.id)} /> : <span>{me.person.name}</span>}</Field>
          <Field label={t('explain.action')}><Select value={action} onChange={(next) => setAction(next ?? 'read')} options={ACTIONS.map((one) => ({ value: one, label: t(`roles.ask.action.${one}`) }))} /></Field>
          <Field label={t('explain.field')}><Select search allowClear value={field} onChange={setField} placeholder={t('explain.wholeRecord')} options={object.fields.map((one) => ({ value: one.key, label: pick(one) }))} /></Field>
        </div>
        {error ? <ErrorState error={error} onRetry={() => void refetch()} compact /> : !data ? <SkeletonLines lines={5} /> : <ExplanationView explanation={data} object={object} />}
      </div>
    </Drawer>
  );
}
