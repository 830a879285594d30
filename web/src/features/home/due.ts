/** Which follow-ups are to be done: what was planned and has not been followed by another contact. */
import { isReference, type RecordView } from '@/api/types';

export type When = 'overdue' | 'today' | 'soon';
export interface Due { record: RecordView; at: string; when: When; target: { object: string; id: string; title: string | null } | null }

/** Closest to the deal first: it is what the salesperson thinks in. */
const TARGETS = ['opportunity', 'lead', 'account', 'contact'] as const;

export function targetOf(record: RecordView): Due['target'] {
  for (const key of TARGETS) {
    const value = record.values[key];
    if (isReference(value)) return { object: value.object, id: value.id, title: typeof value.title === 'string' ? value.title : (value.title?.text ?? null) };
  }
  return null;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * Open plans among `records`, the earliest first. A later follow-up of the same target settles an
 * earlier plan; `horizon` days ahead are looked at.
 */
export function dueList(records: readonly RecordView[], now: Date, horizon = 7): Due[] {
  const endOfToday = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime();
  const startOfToday = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const limit = new Date(now.getFullYear(), now.getMonth(), now.getDate() + horizon + 1).getTime();
  const newest = new Map<string, RecordView>();
  const unique = new Map(records.map((record) => [record.id, record]));
  for (const record of unique.values()) {
    const target = targetOf(record);
    const key = target ? `${target.object}/${target.id}` : record.id;
    const held = newest.get(key);
    if (!held || text(record.values['at']) > text(held.values['at'])) newest.set(key, record);
  }
  const due: Due[] = [];
  for (const record of newest.values()) {
    const at = text(record.values['next_at']);
    const time = Date.parse(at);
    if (at === '' || Number.isNaN(time) || time >= limit) continue;
    due.push({ record, at, when: time < startOfToday ? 'overdue' : time < endOfToday ? 'today' : 'soon', target: targetOf(record) });
  }
  return due.sort((a, b) => a.at.localeCompare(b.at));
}

/** Hours of the day as a greeting. */
export function greeting(hour: number): 'night' | 'morning' | 'noon' | 'afternoon' | 'evening' {
  if (hour < 5 || hour >= 23) return 'night';
  if (hour < 11) return 'morning';
  if (hour < 13) return 'noon';
  return hour < 18 ? 'afternoon' : 'evening';
}
