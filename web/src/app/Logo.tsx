import './logo.css';

/** The shield with its letter, drawn in the colours of the mode. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="kd-logo">
      <path className="kd-logo-shield" d="M16 2 4 6.5v8.7C4 22.3 9 28 16 30c7-2 12-7.7 12-14.8V6.5z" />
      <path className="kd-logo-letter" d="M12 10v12M20.5 10 12.5 16.2 20.5 22" />
    </svg>
  );
}
