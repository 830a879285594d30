/** The input for a field, by its kind; values are in the form of the API. */
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isNamed, isReference, type FieldValue, type FieldView } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { NumberInput, Switch, TextArea, TextInput } from '@/ui/Field';
import { MultiSelect, Select } from '@/ui/Select';
import { PersonPicker, RecordPicker } from './Pickers';

const DateInput = lazy(() => import('@/ui/DateInput').then((module) => ({ default: module.DateInput })));

export interface FieldInputProps {
  field: FieldView;
  value: FieldValue | undefined;
  onChange: (value: FieldValue) => void;
  onBlur?: () => void;
  autoFocus?: boolean;
  label?: string;
  inGrid?: boolean;
}

const TYPES: Partial<Record<FieldView['kind'], 'email' | 'tel' | 'url'>> = { email: 'email', phone: 'tel', url: 'url' };

export function FieldInput({ field, value, onChange, onBlur, autoFocus, label, inGrid }: FieldInputProps) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const common = { autoFocus, label };
  switch (field.kind) {
    case 'long_text':
      return inGrid ? <TextInput {...common} value={text(value)} onChange={onChange} /> : <TextArea {...common} value={text(value)} onChange={onChange} onBlur={onBlur} maxLength={field.max ?? undefined} rows={3} />;
    case 'integer': case 'percent':
      return <NumberInput {...common} value={typeof value === 'number' ? value : null} precision={field.kind === 'integer' ? 0 : undefined} suffix={field.kind === 'percent' ? '%' : undefined} onChange={(next) => onChange(next === null ? null : Number(next))} />;
    case 'money':
      return <MoneyInput {...common} value={typeof value === 'number' ? value : null} onChange={onChange} />;
    case 'boolean':
      return <Switch label={label} checked={value === true} onChange={onChange} />;
    case 'date': case 'date_time':
      return <Suspense fallback={null}><DateInput {...common} withTime={field.kind === 'date_time'} value={typeof value === 'string' ? value : null} onChange={onChange} /></Suspense>;
    case 'select':
      return <Select {...common} search allowClear={!field.required} defaultOpen={inGrid} value={typeof value === 'string' ? value : null} placeholder={t('form.choose')} options={(field.options ?? []).map((option) => ({ value: option.key, label: pick(option) }))} onChange={onChange} />;
    case 'multi_select':
      return <MultiSelect {...common} defaultOpen={inGrid} value={Array.isArray(value) ? value : []} options={(field.options ?? []).map((option) => ({ value: option.key, label: pick(option) }))} onChange={onChange} />;
    case 'reference':
      return <RecordPicker {...common} object={field.to ?? ''} value={idOf(value)} initialTitle={isReference(value) && typeof value.title === 'string' ? value.title : null} onChange={onChange} allowClear={!field.required} />;
    case 'person':
      return <PersonPicker {...common} value={idOf(value)} initialName={isNamed(value) ? value.name : null} onChange={onChange} allowClear={!field.required} />;
    default:
      return <TextInput {...common} type={TYPES[field.kind] ?? 'text'} value={text(value)} maxLength={field.max ?? undefined} onChange={onChange} onBlur={onBlur} autoComplete="off" />;
  }
}

const text = (value: FieldValue | undefined): string => (typeof value === 'string' ? value : '');
const idOf = (value: FieldValue | undefined): string | null => (typeof value === 'string' ? value : isReference(value) || isNamed(value) ? value.id : null);

/** Yuan on the screen, fen in the value. */
function MoneyInput({ value, onChange, ...rest }: { value: number | null; onChange: (value: number | null) => void; autoFocus?: boolean; label?: string }) {
  const [draft, setDraft] = useState<string | null>(value === null ? null : (value / 100).toFixed(2));
  return (
    <NumberInput
      {...rest}
      value={draft}
      precision={2}
      suffix="¥"
      onChange={(next) => {
        setDraft(next);
        onChange(next === null ? null : Math.round(Number(next) * 100));
      }}
    />
  );
}
