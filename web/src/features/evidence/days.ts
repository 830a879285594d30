/** Puts the events of a stream under the day on which they happened. */
export type StreamRow<E> = { kind: 'day'; day: string; key: string } | { kind: 'event'; event: E; key: string };

/** The local day of an instant as `YYYY-MM-DD`. */
export function dayOf(iso: string): string {
  const at = new Date(iso);
  const pad = (n: number): string => String(n).padStart(2, '0');
  return Number.isNaN(at.getTime()) ? iso.slice(0, 10) : `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}

export function byDay<E extends { seq: number; at: string }>(events: readonly E[]): StreamRow<E>[] {
  const rows: StreamRow<E>[] = [];
  let last = '';
  for (const event of events) {
    const day = dayOf(event.at);
    // Clocks of two nodes may differ by a moment around midnight: the day is then shown again, with its own key.
    if (day !== last) rows.push({ kind: 'day', day, key: `day-${day}-${event.seq}` });
    last = day;
    rows.push({ kind: 'event', event, key: String(event.seq) });
  }
  return rows;
}
