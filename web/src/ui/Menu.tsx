import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { cx } from './classes';
import { useFloating, type Placement } from './floating';
import { Icon, type IconName } from './icons';
import { useLayer } from './layers';
import './menu.css';

interface MenuEntry { kind?: 'item'; key: string; label: ReactNode; icon?: IconName; danger?: boolean; disabled?: boolean; checked?: boolean; hint?: ReactNode; onSelect: () => void }
export type MenuItem = MenuEntry | { kind: 'divider'; key: string } | { kind: 'group'; key: string; label: ReactNode; items: MenuItem[] };

export interface MenuProps {
  items: MenuItem[];
  children: ReactElement;
  placement?: Placement;
  /** Shown above the entries. */
  head?: ReactNode;
}

const ENTRY = '[role^=menuitem]:not([aria-disabled=true])';

/** A list of actions below a button, with the keys of the ARIA menu pattern. */
export function Menu({ items, children, placement = 'bottomLeft', head }: MenuProps) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLSpanElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const trigger = (): HTMLElement | null => (anchor.current?.firstElementChild as HTMLElement | null) ?? null;
  const close = (): void => {
    setOpen(false);
    trigger()?.focus();
  };
  useFloating(open, anchor, box, placement);
  useLayer(open, box, close, true, anchor);
  useEffect(() => {
    trigger()?.setAttribute('aria-expanded', String(open));
    if (open) box.current?.querySelector<HTMLElement>(ENTRY)?.focus({ preventScroll: true });
  }, [open]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const all = [...(box.current?.querySelectorAll<HTMLElement>(ENTRY) ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const typed = event.key.length === 1 && event.key !== ' ' ? all.findIndex((one, index) => index > at && one.textContent?.toLowerCase().startsWith(event.key.toLowerCase())) : -1;
    const to = event.key === 'ArrowDown' ? (at + 1) % all.length : event.key === 'ArrowUp' ? (at - 1 + all.length) % all.length : event.key === 'Home' ? 0 : event.key === 'End' ? all.length - 1 : typed;
    if (event.key === 'Tab') {
      setOpen(false);
      return;
    }
    if (to < 0) return;
    event.preventDefault();
    event.stopPropagation();
    all[to]?.focus();
  };
  const run = (item: MenuEntry): void => {
    close();
    item.onSelect();
  };
  return (
    <>
      <span ref={anchor} className="kd-anchor" onClick={() => setOpen(!open)} onKeyDown={(event) => { if (event.key === 'ArrowDown' && !open) { event.preventDefault(); event.stopPropagation(); setOpen(true); } }}>{children}</span>
      {open
        ? createPortal(
            <div ref={box} className="kd-popover kd-menu-panel" onKeyDown={onKeyDown}>
              {head ? <div className="kd-menu-head">{head}</div> : null}
              <div role="menu" className="kd-menu">{items.map((item) => <Entry key={item.key} item={item} run={run} />)}</div>
            </div>,
            document.body,
          )
        : null}
    </>
  );
}

function Entry({ item, run }: { item: MenuItem; run: (item: MenuEntry) => void }) {
  if (item.kind === 'divider') return <hr className="kd-menu-divider" />;
  if (item.kind === 'group') {
    return (
      <div role="group" aria-label={typeof item.label === 'string' ? item.label : undefined}>
        <div className="kd-menu-title" aria-hidden="true">{item.label}</div>
        {item.items.map((child) => <Entry key={child.key} item={child} run={run} />)}
      </div>
    );
  }
  return (
    <button type="button" role={item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'} aria-checked={item.checked} aria-disabled={item.disabled || undefined} tabIndex={-1} className={cx('kd-menu-item', item.danger && 'kd-menu-danger')} onClick={() => !item.disabled && run(item)} onMouseEnter={(event) => !item.disabled && event.currentTarget.focus({ preventScroll: true })}>
      {item.icon ? <Icon name={item.icon} /> : null}
      <span className="kd-truncate kd-grow">{item.label}</span>
      {item.hint ? <span className="kd-menu-hint">{item.hint}</span> : null}
      {item.checked ? <Icon name="check" size={14} className="kd-menu-check" /> : null}
    </button>
  );
}
