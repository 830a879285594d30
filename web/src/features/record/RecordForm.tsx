/** The fields of an object as a form, by section; used to create and to edit. */
import { useTranslation } from 'react-i18next';
import type { FieldProblem } from '@/api/problem';
import type { FieldValue, FieldView, ObjectView, RecordView } from '@/api/types';
import { isMasked } from '@/api/types';
import { FieldInput } from '@/features/records/FieldInput';
import { isSealed } from '@/features/records/columns';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { Field } from '@/ui/Field';
import { Icon } from '@/ui/icons';
import { maskReason, MaskedText } from '@/ui/MaskedField';
import { Tooltip } from '@/ui/Tooltip';
import { canReplace } from './hidden';

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
  /** The record before it was changed: its hidden values can be written over. */
  record?: RecordView;
}

export function RecordForm({ object, fields, values, errors, onChange, onBlur, autoFocusKey, record }: RecordFormProps) {
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
              const before = record?.values[field.key];
              const note = isMasked(value) ? (value.reason === 'on_demand' ? undefined : maskReason(t, value)) : isMasked(before) ? t('record.replaceHelp', { value: before.text ?? t('masked.hidden') }) : field.help ? pick(field.help) : undefined;
              return (
                <Field
                  key={field.key}
                  label={pick(field)}
                  required={field.required}
                  help={note}
                  error={errors.find((one) => one.field === field.key)?.message}
                  className={isWide(field) || (field.key === object.title && field.kind === 'text') ? 'kd-wide' : undefined}
                  extra={isSealed(field) && !isMasked(value) ? <Tooltip title={t('record.sealedField')}><span className="kd-grid-lock"><Icon name="lock" size={12} /></span></Tooltip> : undefined}
                >
                  {isMasked(value) ? (
                    <span className="kd-form-masked"><MaskedText value={value} />{record && canReplace(field, record) ? <Button kind="link" size="small" className="kd-end" onClick={() => onChange(field.key, '')}>{t('record.replace')}<span className="kd-visually-hidden">{pick(field)}</span></Button> : null}</span>
                  ) : (
                    <div onBlur={() => onBlur?.(field.key)}>
                      <FieldInput field={field} value={value} onChange={(next) => onChange(field.key, next)} autoFocus={field.key === autoFocusKey || isMasked(before)} />
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
