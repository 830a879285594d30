import { useEffect, useId, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { useFloating, type Placement } from './floating';

export interface TooltipProps {
  title: ReactNode;
  children: ReactElement;
  placement?: Placement;
  /** False when the trigger already speaks the same text. */
  spoken?: boolean;
}

/** A hint on hover and on keyboard focus; Escape hides it. */
export function Tooltip({ title, children, placement = 'top', spoken = true }: TooltipProps) {
  const id = useId();
  const anchor = useRef<HTMLSpanElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const timer = useRef(0);
  const [open, setOpen] = useState(false);
  useFloating(open, anchor, box, placement);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  useEffect(() => {
    if (!open) return undefined;
    const trigger = anchor.current?.firstElementChild;
    if (spoken) trigger?.setAttribute('aria-describedby', id);
    const hide = (event: KeyboardEvent): void => void (event.key === 'Escape' && setOpen(false));
    document.addEventListener('keydown', hide);
    return () => {
      if (spoken) trigger?.removeAttribute('aria-describedby');
      document.removeEventListener('keydown', hide);
    };
  }, [open, spoken, id]);
  const show = (wait: number): void => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setOpen(true), wait);
  };
  const hide = (): void => {
    window.clearTimeout(timer.current);
    setOpen(false);
  };
  return (
    <span ref={anchor} className="kd-anchor" onMouseEnter={() => show(380)} onMouseLeave={hide} onPointerDown={hide} onFocus={(event) => (event.target as HTMLElement).matches(':focus-visible') && show(120)} onBlur={hide}>
      {children}
      {open ? createPortal(<div ref={box} id={id} role="tooltip" className="kd-tooltip">{title}</div>, document.body) : null}
    </span>
  );
}
