import { Children, type ReactNode } from 'react';
import './page.css';

/** Panes side by side that scroll on their own; one below the other on a narrow screen. */
export function SplitPane({ columns, children }: { columns: 2 | 3 | 'lead'; children: ReactNode }) {
  return (
    <div className={`kd-split kd-split-${columns}`}>
      {Children.map(children, (child) => (child ? <div className="kd-split-pane">{child}</div> : null))}
    </div>
  );
}
