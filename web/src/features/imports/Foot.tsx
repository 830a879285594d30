import type { ReactNode } from 'react';

/** The line of buttons that stays in sight at the end of a step. */
export function Foot({ children, note }: { children: ReactNode; note?: ReactNode }) {
  return (
    <div className="kd-import-foot">
      {note ? <span className="kd-import-foot-note" role="status">{note}</span> : null}
      <span className="kd-end" />
      {children}
    </div>
  );
}

/** What a step is about, in one title and one sentence. */
export function StepHead({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <header className="kd-import-head">
      <h2>{title}</h2>
      {children ? <p className="kd-muted">{children}</p> : null}
    </header>
  );
}
