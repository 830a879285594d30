import type { ReactNode } from 'react';
import { Icon, type IconName } from './icons';
import './notice.css';
import './page.css';

export interface PageHeaderProps {
  title: ReactNode;
  icon?: IconName;
  /** One line under the title, or facts beside it. */
  description?: ReactNode;
  meta?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, icon, description, meta, actions }: PageHeaderProps) {
  return (
    <header className="kd-page-header">
      {icon ? <span className="kd-page-icon"><Icon name={icon} size={18} /></span> : null}
      <div className="kd-grow">
        <div className="kd-row">
          <h1>{title}</h1>
          {meta}
        </div>
        {description ? <p className="kd-muted">{description}</p> : null}
      </div>
      {actions ? <div className="kd-page-actions">{actions}</div> : null}
    </header>
  );
}

/** A page that scrolls below its header. */
export function Page({ header, children, wide }: { header: ReactNode; children: ReactNode; wide?: boolean }) {
  return (
    <div className="kd-page">
      {header}
      <div className="kd-page-body"><div className={wide ? 'kd-page-wide' : 'kd-page-column'}>{children}</div></div>
    </div>
  );
}

/** A titled block on a page. */
export function Section({ title, description, actions, children, flush }: { title?: ReactNode; description?: ReactNode; actions?: ReactNode; children: ReactNode; flush?: boolean }) {
  return (
    <section className="kd-section">
      {title ? (
        <div className="kd-section-head">
          <div className="kd-grow"><h2>{title}</h2>{description ? <p className="kd-muted">{description}</p> : null}</div>
          {actions}
        </div>
      ) : null}
      <div className={flush ? undefined : 'kd-section-body'}>{children}</div>
    </section>
  );
}

/** Label and value pairs. */
export function Facts({ items }: { items: readonly { label: ReactNode; value: ReactNode }[] }) {
  return (
    <dl className="kd-facts">
      {items.map((item, at) => (
        <div key={at}><dt>{item.label}</dt><dd>{item.value}</dd></div>
      ))}
    </dl>
  );
}

/** A coloured note inside a page. */
export function Notice({ tone = 'info', title, children, actions }: { tone?: 'info' | 'warning' | 'danger' | 'success' | 'privacy'; title?: ReactNode; children?: ReactNode; actions?: ReactNode }) {
  const icon: Record<string, IconName> = { info: 'info', warning: 'warning', danger: 'warning', success: 'check-circle', privacy: 'shield' };
  return (
    <div className={`kd-notice kd-notice-${tone}`} role={tone === 'danger' ? 'alert' : 'note'}>
      <Icon name={icon[tone] ?? 'info'} />
      <div className="kd-grow">{title ? <strong>{title}</strong> : null}{children ? <div>{children}</div> : null}</div>
      {actions}
    </div>
  );
}
