/** One field of a record: its value, the padlock when it is hidden, the input when it is edited. */
import { useMutation } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useMe } from '@/api/queries';
import type { FieldValue, FieldView, ObjectView, RecordView } from '@/api/types';
import { isMasked } from '@/api/types';
import { useStepUp } from '@/app/StepUp';
import { canEdit, isSealed } from '@/features/records/columns';
import { ValueView } from '@/features/records/values';
import { useFormats } from '@/i18n/format';
import { IconButton } from '@/ui/Button';
import { Icon } from '@/ui/icons';
import { MaskedField } from '@/ui/MaskedField';
import { canReplace } from './hidden';
import { notePurpose, recentPurposes } from './purposes';

const ExplainDialog = lazy(() => import('./ExplainDialog').then((module) => ({ default: module.ExplainDialog })));
const EditRow = lazy(() => import('./EditRow').then((module) => ({ default: module.EditRow })));

export function FieldRow({ object, field, record }: { object: ObjectView; field: FieldView; record: RecordView }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const [editing, setEditing] = useState(false);
  const label = pick(field);
  const value = record.values[field.key];
  if (editing) return <Suspense fallback={null}><EditRow field={field} record={record} label={label} onDone={() => setEditing(false)} /></Suspense>;
  return (
    <div className="kd-fieldrow">
      <dt>
        {label}
        {isSealed(field) && !isMasked(value) ? <Icon name="lock" size={11} className="kd-grid-lock" label={t('grid.personalData')} /> : null}
      </dt>
      <dd>
        {isMasked(value) ? <Hidden object={object} record={record} field={field} label={label} /> : <ValueView field={field} value={value} stage={object.stage === field.key} />}
        {canEdit(field, record) || canReplace(field, record) ? <IconButton icon="edit" size="small" label={t('record.editField', { label })} className="kd-fieldrow-edit" tooltip={false} onClick={() => setEditing(true)} /> : null}
      </dd>
    </div>
  );
}

function Hidden({ object, record, field, label }: { object: ObjectView; record: RecordView; field: FieldView; label: string }) {
  const { pick } = useFormats();
  const me = useMe();
  const stepUp = useStepUp();
  const [why, setWhy] = useState(false);
  const value = record.values[field.key];
  const copied = useMutation({ mutationFn: () => api.post(`/records/${record.object}/${record.id}/copied`, { field: field.key }) });
  if (!isMasked(value)) return null;
  const allowed = record.can.includes('reveal') || value.revealable;
  return (
    <>
      <MaskedField
        label={label}
        value={{ ...value, revealable: value.revealable && allowed }}
        purposes={me.purposes.map((one) => ({ code: one.code, label: pick(one) }))}
        recent={recentPurposes()}
        seconds={me.reveal_seconds}
        onReveal={async (purpose) => {
          const answer = await stepUp(() => api.post<{ values: Record<string, FieldValue> }>(`/records/${record.object}/${record.id}/reveal`, { fields: [field.key], purpose }));
          notePurpose(purpose.code);
          return String(answer.values[field.key] ?? '');
        }}
        onCopied={() => copied.mutate()}
        onWhy={() => setWhy(true)}
      />
      {why ? <Suspense fallback={null}><ExplainDialog object={object} record={record} field={field.key} onClose={() => setWhy(false)} /></Suspense> : null}
    </>
  );
}
