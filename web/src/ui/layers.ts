/**
 * The stack of open dialogs, menus and popovers. Escape and a click elsewhere reach the top one
 * alone, so that closing a list of choices never closes the form below it.
 */
import { useEffect, useRef, type RefObject } from 'react';

interface Layer { box: RefObject<HTMLElement | null>; anchor?: RefObject<HTMLElement | null>; close: () => void; outside: boolean }

const stack: Layer[] = [];
/** Lists of choices that the component kit opens outside of our boxes. */
const KIT_POPUPS = '.ant-select-dropdown, .ant-picker-dropdown, .ant-cascader-dropdown';

/** An open list of choices takes Escape for itself. */
const OPEN_KIT_POPUP = '.ant-select-dropdown:not(.ant-select-dropdown-hidden), .ant-picker-dropdown:not(.ant-picker-dropdown-hidden)';

function onKeyDown(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || event.defaultPrevented) return;
  const top = stack.at(-1);
  if (!top || document.querySelector(OPEN_KIT_POPUP)) return;
  event.preventDefault();
  event.stopPropagation();
  top.close();
}

function onPointerDown(event: PointerEvent): void {
  const target = event.target as Element | null;
  if (!target || target.closest(KIT_POPUPS)) return;
  for (let at = stack.length - 1; at >= 0; at -= 1) {
    const layer = stack[at];
    if (!layer || layer.box.current?.contains(target) || layer.anchor?.current?.contains(target)) return;
    if (!layer.outside) return;
    layer.close();
  }
}

/** Registers an open box; `outside` says whether a click elsewhere closes it. */
export function useLayer(open: boolean, box: RefObject<HTMLElement | null>, close: (() => void) | undefined, outside: boolean, anchor?: RefObject<HTMLElement | null>): void {
  const closing = useRef(close);
  closing.current = close;
  useEffect(() => {
    if (!open) return undefined;
    const layer: Layer = { box, anchor, close: () => closing.current?.(), outside };
    if (stack.length === 0) {
      document.addEventListener('keydown', onKeyDown);
      document.addEventListener('pointerdown', onPointerDown, true);
    }
    stack.push(layer);
    return () => {
      stack.splice(stack.indexOf(layer), 1);
      if (stack.length === 0) {
        document.removeEventListener('keydown', onKeyDown);
        document.removeEventListener('pointerdown', onPointerDown, true);
      }
    };
  }, [open, box, anchor, outside]);
}

export const FOCUSABLE = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex]:not([tabindex="-1"])';
