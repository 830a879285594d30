/** Label, help, error and the plain inputs. Every input takes its id and description from its field. */
import { createContext, use, useEffect, useId, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from './classes';
import { Icon } from './icons';
import './field.css';

interface FieldLink {
  id: string;
  describedBy?: string;
  invalid: boolean;
}
const FieldContext = createContext<FieldLink | null>(null);

/** Attributes that tie an input to the field around it. */
export function useFieldLink() {
  const link = use(FieldContext);
  return link ? { id: link.id, 'aria-describedby': link.describedBy, 'aria-invalid': link.invalid || undefined } : {};
}

export interface FieldProps {
  label: ReactNode;
  children: ReactNode;
  required?: boolean;
  help?: ReactNode;
  error?: ReactNode;
  /** Shown at the end of the label line, such as a padlock. */
  extra?: ReactNode;
  className?: string;
}

export function Field({ label, children, required, help, error, extra, className }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? help;
  return (
    <div className={cx('kd-field', className)}>
      <div className="kd-field-head">
        <label htmlFor={id}>
          {label}
          {required ? <span className="kd-field-star" aria-hidden="true">*</span> : null}
        </label>
        {extra}
      </div>
      <FieldContext value={{ id, describedBy: note ? noteId : undefined, invalid: Boolean(error) }}>{children}</FieldContext>
      {note ? (
        <div id={noteId} className={error ? 'kd-field-error' : 'kd-field-help'} role={error ? 'alert' : undefined}>
          {error ? <Icon name="warning" size={13} /> : null}
          <span>{note}</span>
        </div>
      ) : null}
    </div>
  );
}

export interface InputCommon {
  disabled?: boolean;
  placeholder?: string;
  autoFocus?: boolean;
  className?: string;
  label?: string;
}

export interface TextInputProps extends InputCommon {
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'email' | 'tel' | 'url' | 'password';
  autoComplete?: string;
  inputMode?: 'numeric' | 'decimal' | 'tel' | 'email' | 'url';
  maxLength?: number;
  prefix?: ReactNode;
  suffix?: ReactNode;
  size?: 'middle' | 'large';
  allowClear?: boolean;
  onBlur?: () => void;
}

export function TextInput({ value, onChange, type = 'text', label, prefix, suffix, size = 'middle', allowClear, className, ...rest }: TextInputProps) {
  const { t } = useTranslation();
  const link = useFieldLink();
  const [shown, setShown] = useState(false);
  return (
    <span className={cx('kd-input', size === 'large' && 'kd-input-large', link['aria-invalid'] && 'kd-input-invalid', rest.disabled && 'kd-input-disabled', className)}>
      {prefix ? <span className="kd-input-fix">{prefix}</span> : null}
      <input {...link} {...rest} type={type === 'password' && shown ? 'text' : type} value={value} aria-label={label} onChange={(event) => onChange(event.target.value)} />
      {allowClear && value ? <button type="button" className="kd-input-tool" aria-label={t('common.clear')} onClick={() => onChange('')}><Icon name="close" size={13} /></button> : null}
      {type === 'password' ? <button type="button" className="kd-input-tool" aria-label={shown ? t('common.hidePassword') : t('common.showPassword')} aria-pressed={shown} onClick={() => setShown(!shown)}><Icon name={shown ? 'eye-off' : 'eye'} size={15} /></button> : null}
      {suffix ? <span className="kd-input-fix">{suffix}</span> : null}
    </span>
  );
}

/** A text of several lines that grows with what is written. */
export function TextArea({ value, onChange, label, rows = 3, maxLength, onBlur, className, ...rest }: InputCommon & { value: string; onChange: (value: string) => void; rows?: number; maxLength?: number; onBlur?: () => void }) {
  const link = useFieldLink();
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${Math.min(element.scrollHeight + 2, 320)}px`;
  }, [value]);
  return <textarea {...link} {...rest} ref={box} rows={rows} maxLength={maxLength} value={value} aria-label={label} className={cx('kd-textarea', className)} onBlur={onBlur} onChange={(event) => onChange(event.target.value)} />;
}

/** A decimal number as text; empty is null. Grouping signs and full-width digits are understood. */
export function NumberInput({ value, onChange, label, suffix, precision, min, max, ...rest }: InputCommon & { value: string | number | null; onChange: (value: string | null) => void; suffix?: ReactNode; precision?: number; min?: number; max?: number }) {
  const shown = value === null ? '' : String(value);
  const [draft, setDraft] = useState(shown);
  const sent = useRef(shown);
  useEffect(() => {
    if (shown !== sent.current) {
      sent.current = shown;
      setDraft(shown);
    }
  }, [shown]);
  const send = (text: string): void => {
    sent.current = text;
    onChange(text === '' ? null : text);
  };
  const change = (text: string): void => {
    const plain = plainNumber(text);
    setDraft(text === '' ? '' : plain === null ? draft : text);
    if (text === '') send('');
    else if (plain !== null && Number.isFinite(Number(plain)) && !/^-?$|\.$/.test(plain)) send(plain);
  };
  const settle = (): void => {
    const plain = plainNumber(draft);
    if (plain === null || plain === '' || !Number.isFinite(Number(plain))) {
      setDraft('');
      if (sent.current !== '') send('');
      return;
    }
    const bounded = Math.min(max ?? Infinity, Math.max(min ?? -Infinity, Number(plain)));
    const text = precision === undefined ? String(bounded) : bounded.toFixed(precision);
    setDraft(text);
    if (text !== sent.current) send(text);
  };
  return <TextInput {...rest} value={draft} onChange={change} onBlur={settle} label={label} suffix={suffix} inputMode="decimal" autoComplete="off" className={cx('kd-input-number', rest.className)} />;
}

/** The digits of what was typed, or null when it is no number. */
export function plainNumber(text: string): string | null {
  const plain = text.normalize('NFKC').replaceAll(/[\s,]/g, '');
  return /^-?\d*(\.\d*)?$/.test(plain) ? plain : null;
}

export function Checkbox({ checked, indeterminate, onChange, children, label, disabled, tabIndex }: { checked: boolean; indeterminate?: boolean; onChange: (checked: boolean) => void; children?: ReactNode; label?: string; disabled?: boolean; tabIndex?: number }) {
  return (
    <label className={cx('kd-checkbox', disabled && 'kd-checkbox-disabled')}>
      <input type="checkbox" className="kd-check" checked={checked} disabled={disabled} tabIndex={tabIndex} aria-label={label} ref={(box) => { if (box) box.indeterminate = Boolean(indeterminate); }} onChange={(event) => onChange(event.target.checked)} />
      {children ? <span>{children}</span> : null}
    </label>
  );
}

export function Switch({ checked, onChange, label, disabled }: { checked: boolean; onChange: (checked: boolean) => void; label?: string; disabled?: boolean }) {
  const link = useFieldLink();
  return <button {...link} aria-invalid={undefined} type="button" role="switch" aria-checked={checked} aria-label={label} disabled={disabled} className="kd-switch" onClick={() => onChange(!checked)}><i aria-hidden="true" /></button>;
}

export function RadioGroup<T extends string>({ value, onChange, options, label }: { value: T; onChange: (value: T) => void; options: readonly { value: T; label: ReactNode; hint?: ReactNode }[]; label?: string }) {
  const name = useId();
  const link = useFieldLink();
  return (
    <div {...link} aria-invalid={undefined} role="radiogroup" aria-label={label} className="kd-radios">
      {options.map((option) => (
        <label key={option.value}>
          <input type="radio" name={name} className="kd-radio" checked={option.value === value} onChange={() => onChange(option.value)} />
          <span>
            {option.label}
            {option.hint ? <span className="kd-radio-hint">{option.hint}</span> : null}
          </span>
        </label>
      ))}
    </div>
  );
}

export function Segmented<T extends string>({ value, onChange, options, label }: { value: T; onChange: (value: T) => void; options: readonly { value: T; label: ReactNode }[]; label: string }) {
  return (
    <div role="radiogroup" aria-label={label} className="kd-segmented">
      {options.map((option) => (
        <button key={option.value} type="button" role="radio" aria-checked={option.value === value} onClick={() => onChange(option.value)}>{option.label}</button>
      ))}
    </div>
  );
}

/** Choices as chips, of which one can be on. */
export function Chips<T extends string>({ value, onChange, options, label }: { value: T | null; onChange: (value: T) => void; options: readonly { value: T; label: ReactNode }[]; label: string }) {
  return (
    <div className="kd-chips" role="radiogroup" aria-label={label}>
      {options.map((option) => (
        <button key={option.value} type="button" role="radio" aria-checked={option.value === value} className="kd-chip" onClick={() => onChange(option.value)}>
          {option.label}
        </button>
      ))}
    </div>
  );
}
