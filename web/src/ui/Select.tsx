/** Choosing one or several of many; searchable. Loads the component kit. */
import { Select as KitSelect } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { useFieldLink, type InputCommon } from './Field';
import { Kit } from './kit';

export interface Option {
  value: string;
  label: ReactNode;
  /** Text used for searching when `label` is not a string. */
  text?: string;
  disabled?: boolean;
  /** Depth in a tree: the list indents it, the chosen one stands flush. */
  level?: number;
}

export interface SelectProps extends InputCommon {
  value: string | null;
  onChange: (value: string | null) => void;
  options: readonly Option[];
  allowClear?: boolean;
  search?: boolean;
  onSearch?: (text: string) => void;
  loading?: boolean;
  width?: number | string;
  empty?: ReactNode;
  defaultOpen?: boolean;
}

/** Opens the list right after the input stands in its place, so that the list finds it. */
function useOpen(defaultOpen: boolean | undefined) {
  const [open, setOpen] = useState<boolean | undefined>(defaultOpen ? false : undefined);
  useEffect(() => {
    if (!defaultOpen) return undefined;
    const timer = window.setTimeout(() => setOpen(true), 30);
    return () => window.clearTimeout(timer);
  }, [defaultOpen]);
  return defaultOpen ? { open, onOpenChange: setOpen } : {};
}

const matches = (input: string, option?: Option): boolean =>
  (option?.text ?? (typeof option?.label === 'string' ? option.label : '')).toLowerCase().includes(input.toLowerCase());

export function Select({ value, onChange, options, label, search, onSearch, empty, width = '100%', defaultOpen, ...rest }: SelectProps) {
  const link = useFieldLink();
  const opening = useOpen(defaultOpen);
  return (
    <Kit>
      <KitSelect<string, Option>
        {...link}
        {...rest}
        {...opening}
        aria-label={label}
        value={value ?? undefined}
        options={options as Option[]}
        showSearch={search || onSearch ? { filterOption: onSearch ? false : matches, onSearch } : false}
        popupMatchSelectWidth={false}
        status={link['aria-invalid'] ? 'error' : undefined}
        notFoundContent={empty}
        optionRender={options.some((one) => one.level) ? (one) => <span style={{ paddingInlineStart: (one.data.level ?? 0) * 14 }}>{one.label}</span> : undefined}
        style={{ width }}
        onChange={(next) => onChange(next ?? null)}
      />
    </Kit>
  );
}

export function MultiSelect({ value, onChange, options, label, width = '100%', defaultOpen, ...rest }: InputCommon & { value: readonly string[]; onChange: (value: string[]) => void; options: readonly Option[]; width?: number | string; defaultOpen?: boolean; allowClear?: boolean }) {
  const link = useFieldLink();
  const opening = useOpen(defaultOpen);
  return (
    <Kit>
      <KitSelect<string[], Option> {...link} {...rest} {...opening} mode="multiple" aria-label={label} value={[...value]} options={options as Option[]} showSearch={{ filterOption: matches }} popupMatchSelectWidth={false} maxTagCount="responsive" style={{ width }} onChange={(next) => onChange(next)} />
    </Kit>
  );
}
