import { useTranslation } from 'react-i18next';
import type { FieldView, ImportColumn } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { cx } from '@/ui/classes';
import { Icon } from '@/ui/icons';
import { Select } from '@/ui/Select';
import { isSealed, personalFindings } from './model';
import { findingsText, kindText } from './words';

interface MappingRowProps {
  column: ImportColumn;
  fields: readonly FieldView[];
  value: string | null;
  /** The open field this column would put personal data into. */
  exposed: FieldView | undefined;
  usedBy: (field: string) => string | undefined;
  onChange: (field: string | null) => void;
}

const NONE = '';

/** One column of the file: what it is called, what it holds, where it goes. */
export function MappingRow({ column, fields, value, exposed, usedBy, onChange }: MappingRowProps) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const findings = personalFindings(column);
  const suggested = fields.find((field) => field.key === column.suggested);
  const field = fields.find((one) => one.key === value);
  const title = column.name || t('imports.mapping.unnamed', { n: column.index + 1 });
  const options = [
    { value: NONE, text: t('imports.mapping.none'), label: <span className="kd-faint">{t('imports.mapping.none')}</span> },
    ...fields.map((one) => {
      const other = usedBy(one.key);
      return {
        value: one.key,
        text: pick(one),
        label: (
          <span className="kd-row">
            {isSealed(one) ? <Icon name="lock" size={12} className="kd-map-lock" /> : null}
            <span>{pick(one)}{one.required ? <span className="kd-field-star" aria-hidden="true">*</span> : null}</span>
            {other !== undefined && one.key !== value ? <span className="kd-faint">{t('imports.mapping.usedBy', { name: other })}</span> : null}
          </span>
        ),
      };
    }),
  ];
  const fill = Math.round(column.fill * 100);
  const sample = column.sample.filter((one): one is string => one !== null && one !== '');
  return (
    <tr className={cx(value === null && 'kd-map-off', exposed && 'kd-map-exposed')}>
      <td>
        <div className="kd-map-name">{title}</div>
        <div className="kd-map-sample">{sample.length > 0 ? sample.join(t('imports.mapping.sampleGap')) : t('imports.mapping.noSample')}</div>
      </td>
      <td>
        <div className="kd-map-kind">{kindText(t, column.kind)}</div>
        <div className="kd-map-fill" title={t('imports.mapping.fillTitle', { percent: fill, n: column.distinct })}>
          <span className="kd-map-fill-bar" aria-hidden="true"><i style={{ width: `${fill}%` }} /></span>
          {t('imports.mapping.fill', { percent: fill })}
        </div>
      </td>
      <td>
        <Select label={t('imports.mapping.targetOf', { name: title })} value={value ?? NONE} onChange={(next) => onChange(next || null)} options={options} search />
        <div className="kd-map-notes">
          {value === null && suggested && usedBy(suggested.key) === undefined ? <button type="button" className="kd-suggest" onClick={() => onChange(suggested.key)}><Icon name="sparkles" size={13} />{t('imports.mapping.suggest', { name: pick(suggested) })}</button> : null}
          {field && field.key === column.suggested ? <span className="kd-map-note"><Icon name="sparkles" size={13} />{t('imports.mapping.matched')}</span> : null}
          {field && isSealed(field) ? <span className="kd-map-note kd-map-safe"><Icon name="lock" size={12} />{t('imports.mapping.sealed')}</span> : null}
          {findings.length > 0 && value === null ? <span className="kd-map-note kd-map-warn"><Icon name="shield-alert" size={13} />{t('imports.mapping.heldBack', { findings: findingsText(t, findings) })}</span> : null}
        </div>
        {exposed ? (
          <div className="kd-map-alert">
            <Icon name="shield-alert" size={14} />
            <span>
              {t('imports.mapping.exposed', { findings: findingsText(t, findings) || t('imports.exposed.some'), field: pick(exposed) })}
              <Button kind="link" size="small" onClick={() => onChange(null)}>{t('imports.mapping.leaveOut')}</Button>
            </span>
          </div>
        ) : null}
      </td>
    </tr>
  );
}
