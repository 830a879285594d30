/** Places a box beside its anchor, on the side with room, inside the window. */
import { useLayoutEffect, type RefObject } from 'react';

export type Placement = 'bottomLeft' | 'bottomRight' | 'bottom' | 'topLeft' | 'topRight' | 'top' | 'left' | 'right';
const GAP = 6;
const EDGE = 8;

interface Box { left: number; top: number; width: number; height: number }

/** Left and top of a box of the given size, in window coordinates. */
export function placeBox(anchor: Box, size: { width: number; height: number }, placement: Placement, view: { width: number; height: number }): { left: number; top: number } {
  const below = anchor.top + anchor.height + GAP;
  const above = anchor.top - GAP - size.height;
  let left: number;
  let top: number;
  if (placement === 'left' || placement === 'right') {
    const after = anchor.left + anchor.width + GAP;
    const before = anchor.left - GAP - size.width;
    left = placement === 'right' ? (after + size.width > view.width - EDGE && before >= EDGE ? before : after) : before < EDGE ? after : before;
    top = anchor.top + anchor.height / 2 - size.height / 2;
  } else {
    const wantsTop = placement.startsWith('top');
    const fitsBelow = below + size.height <= view.height - EDGE;
    const fitsAbove = above >= EDGE;
    top = wantsTop ? (fitsAbove || !fitsBelow ? above : below) : fitsBelow || !fitsAbove ? below : above;
    left = placement.endsWith('Left') ? anchor.left : placement.endsWith('Right') ? anchor.left + anchor.width - size.width : anchor.left + anchor.width / 2 - size.width / 2;
  }
  return {
    left: Math.max(EDGE, Math.min(left, view.width - size.width - EDGE)),
    top: Math.max(EDGE, Math.min(top, view.height - size.height - EDGE)),
  };
}

/** Keeps an open box beside the first element inside `anchor`. */
export function useFloating(open: boolean, anchor: RefObject<HTMLElement | null>, box: RefObject<HTMLElement | null>, placement: Placement): void {
  useLayoutEffect(() => {
    if (!open) return undefined;
    const place = (): void => {
      const from = anchor.current?.firstElementChild ?? anchor.current;
      const element = box.current;
      if (!from || !element) return;
      const at = placeBox(from.getBoundingClientRect(), { width: element.offsetWidth, height: element.offsetHeight }, placement, { width: window.innerWidth, height: window.innerHeight });
      element.style.left = `${at.left}px`;
      element.style.top = `${at.top}px`;
      element.style.visibility = 'visible';
    };
    place();
    const observer = new ResizeObserver(place);
    if (box.current) observer.observe(box.current);
    window.addEventListener('resize', place);
    window.addEventListener('scroll', place, true);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', place);
      window.removeEventListener('scroll', place, true);
    };
  }, [open, anchor, box, placement]);
}
