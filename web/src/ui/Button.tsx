import type { MouseEvent, ReactNode, Ref } from 'react';
import { cx } from './classes';
import { Icon, type IconName } from './icons';
import { Tooltip } from './Tooltip';
import './button.css';

export interface ButtonProps {
  children: ReactNode;
  /** Look by weight: one `primary` per view; `quiet` for tools; `danger` for what cannot be undone. */
  kind?: 'primary' | 'default' | 'quiet' | 'danger' | 'link';
  size?: 'small' | 'middle' | 'large';
  icon?: IconName;
  iconEnd?: IconName;
  loading?: boolean;
  disabled?: boolean;
  block?: boolean;
  type?: 'button' | 'submit';
  onClick?: (event: MouseEvent<HTMLElement>) => void;
  className?: string;
  autoFocus?: boolean;
  form?: string;
  'aria-expanded'?: boolean;
  'aria-pressed'?: boolean;
  'aria-haspopup'?: 'menu' | 'dialog';
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ kind = 'default', size = 'middle', icon, iconEnd, loading, disabled, block, type = 'button', children, className, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      disabled={disabled}
      aria-busy={loading || undefined}
      onClick={loading ? (event) => event.preventDefault() : rest.onClick}
      className={cx('kd-button', `kd-button-${kind}`, size !== 'middle' && `kd-button-${size}`, block && 'kd-button-block', className)}
    >
      {loading ? <Icon name="spinner" className="kd-spin" /> : icon ? <Icon name={icon} size={size === 'small' ? 14 : 16} /> : null}
      <span className="kd-truncate">{children}</span>
      {iconEnd ? <Icon name={iconEnd} size={14} /> : null}
    </button>
  );
}

export interface IconButtonProps {
  icon: IconName;
  /** Spoken name and tooltip. */
  label: string;
  onClick?: (event: MouseEvent<HTMLElement>) => void;
  size?: 'small' | 'middle';
  active?: boolean;
  disabled?: boolean;
  className?: string;
  tooltip?: boolean;
  tabIndex?: number;
  'aria-expanded'?: boolean;
  'aria-haspopup'?: 'menu' | 'dialog';
  ref?: Ref<HTMLButtonElement>;
}

/** A square button with an icon alone; its label is spoken and shown as a tooltip. */
export function IconButton({ icon, label, size = 'middle', active, className, tooltip = true, ...rest }: IconButtonProps) {
  const button = (
    <button type="button" {...rest} aria-label={label} aria-pressed={active} title={tooltip ? undefined : label} className={cx('kd-icon-button', size === 'small' && 'kd-icon-button-small', className)}>
      <Icon name={icon} size={size === 'small' ? 14 : 16} />
    </button>
  );
  return tooltip && !rest.disabled ? <Tooltip title={label} spoken={false}>{button}</Tooltip> : button;
}
