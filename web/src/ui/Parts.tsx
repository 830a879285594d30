import type { ReactNode } from 'react';

/** Short facts on one line, a dot between them; where the line breaks, it breaks between two facts. */
export function Parts({ parts, className = 'kd-faint' }: { parts: readonly ReactNode[]; className?: string }) {
  return <p className={className}><span className="kd-parts">{parts.map((part, at) => (part ? <span key={at}>{part}</span> : null))}</span></p>;
}
