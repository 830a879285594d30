import { describe, expect, it } from 'vitest';
import type { PersonView, RecordView } from '@/api/types';
import { dueList, greeting } from './due';
import { funnelOf } from './funnel';
import { countPeople } from './people-counts';

const now = new Date(2026, 10, 23, 15, 0);
const local = (day: number, hour = 10): string => new Date(2026, 10, day, hour).toISOString();
const note = (id: string, target: string, at: string, next: string | null): RecordView => ({ id, object: 'follow_up', values: { at, next_at: next, account: { id: 'firm', object: 'account', title: 'Firm', access: true }, opportunity: { id: target, object: 'opportunity', title: target, access: true } } }) as unknown as RecordView;

describe('follow-ups that are due', () => {
  it('sorts by time and says how urgent each is', () => {
    const due = dueList([note('a', 'd1', local(10), local(25)), note('b', 'd2', local(10), local(20)), note('c', 'd3', local(10), local(23, 9))], now);
    expect(due.map((one) => [one.record.id, one.when])).toEqual([['b', 'overdue'], ['c', 'today'], ['a', 'soon']]);
    expect(due[0]?.target).toEqual({ object: 'opportunity', id: 'd2', title: 'd2' });
  });

  it('takes a plan as done when the same deal was followed up since', () => {
    const planned = note('a', 'd1', local(10), local(20));
    expect(dueList([planned, note('b', 'd1', local(21), null)], now)).toEqual([]);
    expect(dueList([planned, planned, note('b', 'd1', local(9), null)], now).map((one) => one.record.id)).toEqual(['a']);
  });

  it('looks a week ahead and no further', () => {
    expect(dueList([note('a', 'd1', local(10), local(30)), note('b', 'd2', local(10), new Date(2026, 11, 1, 10).toISOString())], now).map((one) => one.record.id)).toEqual(['a']);
  });
});

describe('funnel', () => {
  const stages = ['new', 'need', 'won', 'lost'].map((key) => ({ key, zh: key, en: key, color: null }));

  it('keeps empty stages and counts only open deals', () => {
    const funnel = funnelOf({ rows: [{ keys: ['need'], values: [2, 500] }, { keys: ['won'], values: [1, 900] }], truncated: false }, stages, true);
    expect(funnel.open).toEqual([{ key: 'new', count: 0, sum: 0, share: 0 }, { key: 'need', count: 2, sum: 500, share: 1 }]);
    expect([funnel.count, funnel.sum, funnel.won?.count, funnel.lost?.count]).toEqual([2, 500, 1, 0]);
  });

  it('measures by number where amounts are hidden', () => {
    const funnel = funnelOf({ rows: [{ keys: ['new'], values: [4] }, { keys: ['need'], values: [1] }], truncated: false }, stages, false);
    expect(funnel.open.map((one) => one.share)).toEqual([1, 0.25]);
    expect(funnel.sum).toBeNull();
  });
});

describe('figures of the day', () => {
  it('counts what needs a look among active people', () => {
    const person = (patch: Partial<PersonView>): PersonView => ({ status: 'active', second_factor: true, valid_until: null, roles: [{ code: 'sales', zh: '', en: '' }], ...patch }) as PersonView;
    const counts = countPeople([person({}), person({ second_factor: false }), person({ roles: [] }), person({ valid_until: local(26) }), person({ status: 'left', second_factor: false }), person({ status: 'pending' })], now.getTime());
    expect(counts).toEqual({ active: 4, pending: 1, suspended: 0, noFactor: 1, ending: 1, noRole: 1 });
  });

  it('greets by the hour', () => {
    expect([2, 8, 12, 15, 20, 23].map(greeting)).toEqual(['night', 'morning', 'noon', 'afternoon', 'evening', 'night']);
  });
});
