/** The fields of an object as a form, by section; used to create and to edit. */
import { useTranslation } from 'react-i18next';
import type { FieldProblem } from '@/api/problem';
import type { FieldValue, FieldView, ObjectView } from '@/api/types';
import { isMasked } from '@/api/types';
import { FieldInput } from '@/features/records/FieldInput';
import { isSealed } from '@/features/records/columns';
import { useFormats } from '@/i18n/format';
import { Field } from '@/ui/Field';
import { Icon } from '@/ui/icons';
import { MaskedText } from '@/ui/MaskedField';
import { Tooltip } from '@/ui/Tooltip';

export type Values = Record<string, FieldValue | undefined>;

export const isWide = (field: FieldView): boolean => field.kind === 'long_text' || field.kind === 'multi_select';
export const isWritable = (field: FieldView): boolean => field.level === 'write' && !field.read_only && field.kind !== 'auto_number';

interface RecordFormProps {
  object: ObjectView;
  fields: readonly FieldView[];
  values: Values;
  errors: readonly FieldProblem[];
  onChange: (key: string, value: FieldValue) => void;
  onBlur?: (key: string) => void;
  autoFocusKey?: string;
}

export function RecordForm({ object, fields, values, errors, onChange, onBlur, autoFocusKey }: RecordFormProps) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const sections = [...object.sections.filter((section) => fields.some((field) => field.section === section.key)), ...(fields.some((field) => !object.sections.some((section) => section.key === field.section)) ? [null] : [])];
  return (
    <div className="kd-record-form">
      {sections.map((section) => (
        <fieldset key={section?.key ?? ''}>
          {sections.length > 1 ? <legend>{section ? pick(section) : t('record.otherFields')}</legend> : null}
          <div className="kd-form-grid">
            {fields.filter((field) => (section ? field.section === section.key : !object.sections.some((one) => one.key === field.section))).map((field) => {
              const value = values[field.key];
              return (
                <Field
                  key={field.key}
                  label={pick(field)}
                  required={field.required}
                  help={field.help ? pick(field.help) : undefined}
                  error={errors.find((one) => one.field === field.key)?.message}
                  className={isWide(field) || (field.key === object.title && field.kind === 'text') ? 'kd-wide' : undefined}
                  extra={isSealed(field) && !isMasked(value) ? <Tooltip title={t('record.sealedField')}><span className="kd-grid-lock"><Icon name="lock" size={12} /></span></Tooltip> : undefined}
                >
                  {isMasked(value) ? (
                    <span className="kd-form-masked"><MaskedText value={value} /></span>
                  ) : (
                    <div onBlur={() => onBlur?.(field.key)}>
                      <FieldInput field={field} value={value} onChange={(next) => onChange(field.key, next)} autoFocus={field.key === autoFocusKey} />
                    </div>
                  )}
                </Field>
              );
            })}
          </div>
        </fieldset>
      ))}
    </div>
  );
}
