import { cx } from './classes';
import { IconButton } from './Button';
import './star.css';

interface StarButtonProps {
  on: boolean;
  /** What pressing does. */
  label: string;
  onChange: (on: boolean) => void;
  small?: boolean;
  tooltip?: boolean;
  /** Out of the order of Tab where a grid has keys of its own. */
  tabIndex?: number;
}

/** A star that is filled while something is kept. */
export function StarButton({ on, label, onChange, small, tooltip = !small, tabIndex }: StarButtonProps) {
  return <IconButton icon="star" size={small ? 'small' : 'middle'} label={label} tooltip={tooltip} tabIndex={tabIndex} className={cx('kd-star', on && 'kd-star-on')} onClick={(event) => { event.stopPropagation(); onChange(!on); }} />;
}
