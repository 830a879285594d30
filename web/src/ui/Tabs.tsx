import { useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import './tabs.css';

export interface Tab<K extends string = string> {
  key: K;
  label: ReactNode;
  count?: number;
}

export interface TabsProps<K extends string> {
  tabs: readonly Tab<K>[];
  active: K;
  onChange: (key: K) => void;
  label: string;
  children?: ReactNode;
  /** At the end of the tab line. */
  extra?: ReactNode;
}

/** A line of tabs with one panel; arrow keys move, as the ARIA pattern for tabs asks. */
export function Tabs<K extends string>({ tabs, active, onChange, label, children, extra }: TabsProps<K>) {
  const base = useId();
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const at = tabs.findIndex((tab) => tab.key === active);
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? tabs.length - 1 : (at + step + tabs.length) % tabs.length;
    const next = tabs[to];
    if (!next || (step === 0 && event.key !== 'Home' && event.key !== 'End')) return;
    event.preventDefault();
    onChange(next.key);
    list.current?.querySelectorAll<HTMLButtonElement>('[role=tab]')[to]?.focus();
  };
  // One panel alone needs no line to choose it by.
  if (children && tabs.length === 1 && !extra) return <div className="kd-tab-panel">{children}</div>;
  return (
    <>
      <div className="kd-tabs">
        <div ref={list} role="tablist" aria-label={label} className="kd-tabs-list" onKeyDown={move}>
          {tabs.map((tab) => (
            <button key={tab.key} type="button" role="tab" id={`${base}-${tab.key}`} aria-selected={tab.key === active} aria-controls={children ? `${base}-panel` : undefined} tabIndex={tab.key === active ? 0 : -1} className="kd-tab" onClick={() => onChange(tab.key)}>
              {tab.label}
              {tab.count === undefined ? null : <span className="kd-tab-count">{tab.count}</span>}
            </button>
          ))}
        </div>
        {extra}
      </div>
      {children ? <div role="tabpanel" id={`${base}-panel`} aria-labelledby={`${base}-${active}`} className="kd-tab-panel">{children}</div> : null}
    </>
  );
}
