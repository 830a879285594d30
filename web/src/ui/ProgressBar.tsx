import './progress.css';

/** How far something has come; without a value it only says that it goes on. */
export function ProgressBar({ value, label }: { value: number | null; label: string }) {
  const percent = value === null ? undefined : Math.round(Math.max(0, Math.min(1, value)) * 100);
  return (
    <div role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} className={percent === undefined ? 'kd-progress kd-progress-open' : 'kd-progress'}>
      <i style={percent === undefined ? undefined : { width: `${percent}%` }} />
    </div>
  );
}
