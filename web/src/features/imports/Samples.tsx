/** A few rows of the file with what they would change; values arrive masked. */
import { useTranslation } from 'react-i18next';
import type { FieldValue, ImportChange, ImportView, ObjectView } from '@/api/types';
import { isEmptyValue, ValueView } from '@/features/records/values';
import { useFormats } from '@/i18n/format';
import { Section } from '@/ui/PageHeader';
import { StatusDot } from '@/ui/Tag';
import { isOutcome, OUTCOME_HUE, reasonText } from './words';

export function Samples({ object, view }: { object: ObjectView; view: ImportView }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const rows = view.sample ?? [];
  const skipping = (view.mapping?.on_match ?? 'skip') === 'skip';
  const outcome = (one: string): string => t(`imports.outcome.${skipping && one === 'changed' ? 'skipped' : one}`, { defaultValue: one });
  if (rows.length === 0) return null;
  return (
    <Section title={t('imports.sample.title')} description={t('imports.sample.text', { n: rows.length })} flush>
      <div className="kd-table-scroll kd-import-samples" tabIndex={0} role="region" aria-label={t('imports.sample.title')}>
        <table className="kd-table">
          <thead><tr><th scope="col" className="kd-num">{t('imports.sample.row')}</th><th scope="col">{t('imports.sample.outcome')}</th><th scope="col">{t('imports.sample.changes')}</th></tr></thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.row}>
                <td className="kd-num kd-faint">{number(row.row)}</td>
                <td><StatusDot hue={isOutcome(row.outcome) ? OUTCOME_HUE[row.outcome] : 'slate'}>{outcome(row.outcome)}</StatusDot></td>
                <td>{row.changes.length === 0 ? <span className="kd-faint">{t('imports.sample.nothing')}</span> : <ul className="kd-diff">{row.changes.map((change, at) => <Change key={`${change.field}/${at}`} object={object} change={change} />)}</ul>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function Change({ object, change }: { object: ObjectView; change: ImportChange }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const field = object.fields.find((one) => one.key === change.field);
  const show = (value: FieldValue): React.ReactNode => (isEmptyValue(value) ? <span className="kd-faint">{t('value.empty')}</span> : field && typeof value !== 'string' ? <ValueView field={field} value={value} inList /> : String(value));
  return (
    <li>
      {change.field ? <span className="kd-diff-field">{field ? pick(field) : change.field}</span> : null}
      {change.code ? <span className="kd-diff-wrong">{reasonText(t, change.code)}</span> : <ins>{show(change.text)}</ins>}
    </li>
  );
}
