/** A record on a phone: title, state, the few facts a salesperson looks for. */
import { use } from 'react';
import type { FieldView, ObjectView, RecordView } from '@/api/types';
import { isMasked } from '@/api/types';
import { KeptContext } from '@/app/at-hand';
import { useFormats } from '@/i18n/format';
import { useText } from '@/i18n/text';
import { MaskedText } from '@/ui/MaskedField';
import { StarButton } from '@/ui/StarButton';
import { isEmptyValue, plainTitle, titleText, ValueView } from './values';

const FIRST: readonly string[] = ['reference', 'phone', 'money', 'date', 'date_time', 'text', 'select'];
/** Whom, how to reach, how much, when: in this order. */
const rank = (field: FieldView): number => (FIRST.includes(field.kind) ? FIRST.indexOf(field.kind) : 99);

export function RecordCard({ object, record }: { object: ObjectView; record: RecordView }) {
  const t = useText();
  const { pick, ago } = useFormats();
  const { ids, keep } = use(KeptContext);
  const kept = ids.has(record.id);
  const title = titleText(record.title, t('record.hiddenTitle'));
  const stage = object.fields.find((field) => field.key === object.stage);
  const facts = object.fields
    .filter((field) => field.in_list && field.key !== object.title && field.key !== object.stage && field.kind !== 'boolean' && !isEmptyValue(record.values[field.key]))
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, 3);
  return (
    <>
      <div className="kd-card-head">
        <strong>{isMasked(record.title) ? <MaskedText value={record.title} /> : title}</strong>
        {stage && !isEmptyValue(record.values[stage.key]) ? <ValueView field={stage} value={record.values[stage.key]} stage inList /> : null}
        {record.deleted_at ? null : <StarButton on={kept} tooltip={false} label={t(kept ? 'favourite.removeNamed' : 'favourite.addNamed', { name: title })} onChange={(next) => keep({ id: record.id, object: record.object, title: plainTitle(record.title) }, next)} />}
      </div>
      {facts.map((field) => (
        <div key={field.key} className="kd-row kd-card-fact">
          <span className="kd-faint">{pick(field)}</span>
          <span className="kd-truncate"><ValueView field={field} value={record.values[field.key]} inList /></span>
        </div>
      ))}
      <div className="kd-row kd-card-foot kd-faint">
        <span className="kd-truncate">{record.owner?.name ?? t('record.noOwner')}</span>
        {record.deleted_at ? null : <span className="kd-end">{ago(record.updated_at)}</span>}
      </div>
    </>
  );
}
