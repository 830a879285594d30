import type { ReactNode } from 'react';
import type { Hue } from '@/theme/tokens';
import { Icon, type IconName } from './icons';
import './timeline.css';

export interface TimelineEntry {
  key: string;
  icon: IconName;
  hue: Hue;
  title: ReactNode;
  time: ReactNode;
  children?: ReactNode;
}

export function Timeline({ label, entries }: { label: string; entries: readonly TimelineEntry[] }) {
  return (
    <ol className="kd-timeline" aria-label={label}>
      {entries.map((entry) => (
        <li key={entry.key}>
          <span className={`kd-timeline-icon kd-hue-${entry.hue}`}><Icon name={entry.icon} size={14} /></span>
          <div className="kd-grow">
            <div className="kd-timeline-head"><div className="kd-timeline-title">{entry.title}</div><time>{entry.time}</time></div>
            {entry.children ? <div className="kd-timeline-body">{entry.children}</div> : null}
          </div>
        </li>
      ))}
    </ol>
  );
}
