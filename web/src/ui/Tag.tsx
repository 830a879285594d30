import type { ReactNode } from 'react';
import { HUES, type Hue } from '@/theme/tokens';
import { cx } from './classes';
import './tag.css';

/** A short fact on a soft ground of its hue. */
export function Tag({ hue = 'slate', children, title }: { hue?: Hue; children: ReactNode; title?: string }) {
  return <span className={`kd-tag kd-hue-${hue}`} title={title}>{children}</span>;
}

/** A status: coloured dot and plain text, so that the meaning never hangs on the colour alone. */
export function StatusDot({ hue = 'slate', children, hollow }: { hue?: Hue; children: ReactNode; hollow?: boolean }) {
  return (
    <span className={cx('kd-status', `kd-hue-${hue}`, hollow && 'kd-status-hollow')}>
      <i aria-hidden="true" />
      <span className="kd-truncate">{children}</span>
    </span>
  );
}

/** Always gives the same hue to the same text. */
export function hueOf(text: string): Hue {
  let hash = 7;
  for (const letter of text) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return HUES[hash % HUES.length] ?? 'slate';
}
