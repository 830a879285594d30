/** Bars that tell how far something is, or how a whole is made up. */
import type { Hue } from '@/theme/tokens';
import { cx } from './classes';
import './progress.css';

/** `value` from 0 to 1; null while nobody knows how long it takes. */
export function ProgressBar({ value, label, tone = 'primary' }: { value: number | null; label: string; tone?: 'primary' | 'paused' | 'danger' }) {
  const percent = value === null ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} className={cx('kd-progress', `kd-progress-${tone}`, value === null && 'kd-progress-unknown')}>
      <i style={percent === undefined ? undefined : { width: `${percent}%` }} />
    </div>
  );
}

export interface Share { key: string; hue: Hue; value: number; label: string }

/** The parts of a whole side by side; the numbers stand below, so the picture itself is silent. */
export function ShareBar({ parts }: { parts: readonly Share[] }) {
  return <div className="kd-shares" aria-hidden="true">{parts.filter((part) => part.value > 0).map((part) => <i key={part.key} className={`kd-hue-${part.hue}`} style={{ flexGrow: part.value }} title={part.label} />)}</div>;
}
