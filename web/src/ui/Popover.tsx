import { useEffect, useRef, type ReactElement, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { useFloating, type Placement } from './floating';
import { FOCUSABLE, useLayer } from './layers';
import './menu.css';

export interface PopoverProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  content: ReactNode;
  children: ReactElement;
  placement?: Placement;
  label?: string;
}

/** A panel that belongs to a button, closed by Escape or a click elsewhere. */
export function Popover({ open, onOpenChange, content, children, placement = 'bottomLeft', label }: PopoverProps) {
  const anchor = useRef<HTMLSpanElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const close = (): void => {
    onOpenChange(false);
    (anchor.current?.firstElementChild as HTMLElement | null)?.focus();
  };
  useFloating(open, anchor, box, placement);
  useLayer(open, box, close, true, anchor);
  useEffect(() => {
    if (open && !box.current?.contains(document.activeElement)) box.current?.focus({ preventScroll: true });
  }, [open]);
  return (
    <>
      <span ref={anchor} className="kd-anchor" onClick={() => onOpenChange(!open)}>{children}</span>
      {open
        ? createPortal(
            <div
              ref={box}
              role="dialog"
              aria-label={label ?? anchor.current?.textContent ?? undefined}
              tabIndex={-1}
              className="kd-popover"
              onKeyDown={(event) => {
                if (event.key !== 'Tab') return;
                const all = [...(box.current?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [])];
                const edge = event.shiftKey ? all[0] : all.at(-1);
                if (document.activeElement === edge) {
                  event.preventDefault();
                  (event.shiftKey ? all.at(-1) : all[0])?.focus();
                }
              }}
            >
              {content}
            </div>,
            document.body,
          )
        : null}
    </>
  );
}
