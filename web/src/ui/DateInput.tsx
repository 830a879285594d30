/** Date and time inputs; values are ISO texts: `2026-05-01` or a UTC instant. */
import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import { usePreferences, type Language } from '@/theme/preferences';
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

/** As dates are written on the page; ISO is understood too. */
const shown = (language: Language): string => (language === 'en' ? 'D MMM YYYY' : 'YYYY-MM-DD');

export function DateInput({ value, onChange, withTime, label, ...rest }: DateInputProps) {
  const link = useFieldLink();
  const { language } = usePreferences();
  const time = withTime ? ' HH:mm' : '';
  return (
    <Kit>
      <DatePicker
        {...link}
        {...rest}
        aria-label={label}
        value={value ? dayjs(value) : null}
        showTime={withTime ? { format: 'HH:mm' } : false}
        format={[shown(language) + time, `YYYY-MM-DD${time}`]}
        style={{ width: '100%' }}
        status={link['aria-invalid'] ? 'error' : undefined}
        // Enter takes the day; it must not send the form around the input as well.
        onKeyDown={(event) => { if (event.key === 'Enter') event.preventDefault(); }}
        onChange={(next) => onChange(next ? (withTime ? next.toISOString() : next.format('YYYY-MM-DD')) : null)}
      />
    </Kit>
  );
}
