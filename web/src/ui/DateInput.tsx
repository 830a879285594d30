/** Date and time inputs; values are ISO texts: `2026-05-01` or a UTC instant. */
import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import { useFieldLink } from './Field';
import { Kit } from './kit';

export interface DateInputProps {
  value: string | null;
  onChange: (value: string | null) => void;
  withTime?: boolean;
  disabled?: boolean;
  label?: string;
  placeholder?: string;
  autoFocus?: boolean;
  size?: 'small' | 'middle';
}

export function DateInput({ value, onChange, withTime, label, ...rest }: DateInputProps) {
  const link = useFieldLink();
  return (
    <Kit>
      <DatePicker
        {...link}
        {...rest}
        aria-label={label}
        value={value ? dayjs(value) : null}
        showTime={withTime ? { format: 'HH:mm' } : false}
        format={withTime ? 'YYYY-MM-DD HH:mm' : 'YYYY-MM-DD'}
        style={{ width: '100%' }}
        status={link['aria-invalid'] ? 'error' : undefined}
        onChange={(next) => onChange(next ? (withTime ? next.toISOString() : next.format('YYYY-MM-DD')) : null)}
      />
    </Kit>
  );
}
