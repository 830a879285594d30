/** The events as dense lines under their days; only those in sight are in the page. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { EvidenceItem } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { byDay, dayOf } from './days';
import { EventRow } from './EventRow';
import type { EvidenceSearch } from './filters';
import { useWords } from './useEvidence';

interface EventStreamProps { events: readonly EvidenceItem[]; hasMore: boolean; loadingMore: boolean; onMore: () => void; onFilter: (patch: EvidenceSearch) => void }

const ROW = 40;

export function EventStream({ events, hasMore, loadingMore, onMore, onFilter }: EventStreamProps) {
  const { t } = useTranslation();
  const words = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => byDay(events), [events]);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: (at) => (rows[at]?.kind === 'day' ? 36 : ROW), getItemKey: (at) => rows[at]?.key ?? at, overscan: 10 });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !loadingMore && last >= rows.length - 30) onMore();
  }, [hasMore, loadingMore, last, rows.length, onMore]);
  const toggle = useCallback((seq: number) => setOpen((before) => { const next = new Set(before); if (!next.delete(seq)) next.add(seq); return next; }), []);
  // Arrows go from line to line; the line itself is a button that opens its details.
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const line = (event.target as HTMLElement).closest<HTMLElement>('.kd-event-line');
    if (step === 0 || !line) return;
    event.preventDefault();
    const all = [...(scroller.current?.querySelectorAll<HTMLElement>('.kd-event-line') ?? [])];
    all[all.indexOf(line) + step]?.focus();
  };
  const top = rows[items.find((item) => item.end > (virtual.scrollOffset ?? 0))?.index ?? 0];
  const topDay = top ? (top.kind === 'day' ? top.day : dayOf(top.event.at)) : null;
  return (
    <div ref={scroller} className="kd-stream" role="region" aria-label={t('evidence.stream')} tabIndex={0} onKeyDown={onKeyDown}>
      {topDay ? <div className="kd-stream-top"><DayHead day={topDay} /></div> : null}
      <ul style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          return (
            <li key={item.key} ref={virtual.measureElement} data-index={item.index} style={{ transform: `translateY(${item.start}px)` }}>
              {row.kind === 'day' ? <DayHead day={row.day} /> : <EventRow event={row.event} words={words} open={open.has(row.event.seq)} onToggle={toggle} onFilter={onFilter} />}
            </li>
          );
        })}
      </ul>
      <div className="kd-stream-end">{loadingMore ? t('grid.loadingMore') : hasMore ? '' : t('evidence.beginning')}</div>
    </div>
  );
}

function DayHead({ day }: { day: string }) {
  const { t } = useTranslation();
  const { language, date } = useFormats();
  const today = dayOf(new Date().toISOString());
  const yesterday = dayOf(new Date(Date.now() - 86_400_000).toISOString());
  const weekday = new Intl.DateTimeFormat(language, { weekday: 'long' }).format(new Date(`${day}T12:00:00`));
  return (
    <h2 className="kd-day">
      {day === today ? t('evidence.today') : day === yesterday ? t('evidence.yesterday') : date(day)}
      <span className="kd-faint">{day === today || day === yesterday ? language === 'en' ? `${weekday}, ${date(day)}` : `${date(day)} ${weekday}` : weekday}</span>
    </h2>
  );
}
