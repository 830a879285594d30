import { cx } from './classes';
import { Icon } from './icons';
import './steps.css';

/** Where a task of several steps stands. */
export function Steps({ label, steps, current }: { label: string; steps: readonly string[]; current: number }) {
  return (
    <ol className="kd-steps" aria-label={label}>
      {steps.map((step, at) => (
        <li key={step} aria-current={at === current ? 'step' : undefined} className={cx(at < current && 'kd-step-done', at === current && 'kd-step-now')}>
          <span className="kd-step-mark">{at < current ? <Icon name="check" size={13} /> : at + 1}</span>
          <span className="kd-truncate">{step}</span>
        </li>
      ))}
    </ol>
  );
}

/** Progress of a job, from 0 to 1. */
export function Progress({ value, label, tone }: { value: number; label: string; tone?: 'danger' | 'paused' }) {
  const percent = Math.round(Math.max(0, Math.min(1, value)) * 100);
  return (
    <div role="progressbar" aria-label={label} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100} className={cx('kd-progress', tone && `kd-progress-${tone}`)}>
      <i style={{ width: `${percent}%` }} />
    </div>
  );
}

/** A number with its name, for heads of pages and results. */
export function Stat({ label, value, tone, hint }: { label: string; value: string; tone?: 'success' | 'warning' | 'danger'; hint?: string }) {
  return (
    <div className={cx('kd-stat', tone && `kd-stat-${tone}`)}>
      <span>{label}</span>
      <strong>{value}</strong>
      {hint ? <small>{hint}</small> : null}
    </div>
  );
}
