import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { GridProps } from './types';

/** The same rows as cards, for a phone. */
export function GridCards<R>({ rows, rowId, label, card, onOpen, hasMore, loadingMore, onLoadMore }: GridProps<R>) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => 104, overscan: 6, getItemKey: (at) => { const row = rows[at]; return row ? rowId(row) : at; } });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !loadingMore && rows.length > 0 && last >= rows.length - 12) onLoadMore();
  }, [hasMore, loadingMore, last, rows.length, onLoadMore]);
  return (
    <div ref={scroller} className="kd-cards" tabIndex={0} role="region" aria-label={label}>
      <ul style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <li key={item.key} ref={virtual.measureElement} data-index={item.index} className="kd-card-slot" style={{ transform: `translateY(${item.start}px)` }}>
              <div className="kd-card" onClick={(event) => !(event.target as HTMLElement).closest('button, a') && onOpen(row)}>{card(row)}</div>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
