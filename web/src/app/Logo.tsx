import { LOGO } from '@/theme/logo';
import '@/theme/logo.css';

/** The shield with its letter, drawn in the colours of the mode. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="kd-logo">
      <path className="kd-logo-shield" d={LOGO.shield} />
      <path className="kd-logo-letter" d={LOGO.letter} />
    </svg>
  );
}
