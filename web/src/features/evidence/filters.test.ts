import { describe, expect, it } from 'vitest';
import { byDay } from './days';
import { readDetails } from './details';
import { dayOf, parseRecord, readSearch, toQuery } from './filters';
import { groupProblems, reportOf } from './verify';

const ID = '0193a000-0000-7000-8000-00000000002a';

describe('filter', () => {
  it('keeps what it understands of an address', () => {
    expect(readSearch({ person: ID, range: 'week', outcome: 'refused', sensitive: 'yes', record: 'x', from: 'yesterday', other: '1' })).toEqual({ person: ID, range: 'week', outcome: 'refused', sensitive: 'yes' });
    expect(readSearch({ outcome: 'denied', range: 'ever', sensitive: 'no' })).toEqual({});
  });

  it('asks for local days, the last one to its end', () => {
    const now = new Date(2026, 10, 23, 15, 30);
    expect(toQuery({ range: 'today' }, now)['from']).toBe(new Date(2026, 10, 23).toISOString());
    expect(toQuery({ range: 'week' }, now)['from']).toBe(new Date(2026, 10, 17).toISOString());
    const custom = toQuery({ range: 'custom', from: '2026-11-01', to: '2026-11-30' }, now);
    expect(custom).toMatchObject({ from: new Date(2026, 10, 1).toISOString(), to: new Date(2026, 11, 1).toISOString() });
    expect(toQuery({ sensitive: 'yes' }, now)).toMatchObject({ sensitive: 'true', from: undefined });
  });

  it('begins a custom span with a day that the address keeps', () => {
    const day = dayOf(new Date(2026, 0, 9, 23, 59));
    expect(day).toBe('2026-01-09');
    expect(readSearch({ range: 'custom', from: day, to: day })).toEqual({ range: 'custom', from: day, to: day });
  });

  it('finds a record in a link, in an id, and nowhere else', () => {
    expect(parseRecord(`https://crm.example/o/contact/${ID}?tab=looks`)).toEqual({ object: 'contact', record: ID });
    expect(parseRecord(` ${ID.toUpperCase()} `)).toEqual({ record: ID });
    expect(parseRecord('13800138000')).toBeNull();
  });
});

describe('stream', () => {
  it('puts one head above the events of a day', () => {
    const at = (day: number, hour: number): string => new Date(2026, 10, day, hour).toISOString();
    const rows = byDay([{ seq: 3, at: at(23, 9) }, { seq: 2, at: at(23, 1) }, { seq: 1, at: at(22, 23) }]);
    expect(rows.map((row) => (row.kind === 'day' ? row.day : row.event.seq))).toEqual(['2026-11-23', 3, 2, '2026-11-22', 1]);
    expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
  });

  it('reads counts and the shape of a query in either form', () => {
    const base = { seq: 1, at: '', action: '', outcome: 'ok', sensitive: false, person: null, object: null, record: null, records_count: 0, fields: [], network: null, device: null, purpose: null, reason: null };
    expect(readDetails({ ...base, details: { role: 'sales', counts: { rows: 3 }, query: { conditions: [['stage', 'eq']], sort: ['-amount'], search: true } } } as never)).toEqual({ counts: [['rows', 3]], others: [['role', 'sales']], query: { conditions: [['stage', 'eq']], sort: ['-amount'], search: true } });
    expect(readDetails({ ...base, details: null, counts: [['rows', 3]], query: { conditions: [{ field: 'stage', op: 'eq' }] } } as never)).toEqual({ counts: [['rows', 3]], others: [], query: { conditions: [['stage', 'eq']], sort: [], search: false } });
  });
});

describe('verification', () => {
  const report = { events: 2, checkpoints: 1, anchors: 0, opened: 2, destroyed: 0, problems: [], problems_omitted: 0, ok: true, seconds: 0.1 };

  it('takes the report at once or out of a finished job', () => {
    expect(reportOf(report)).toBe(report);
    expect(reportOf({ report })).toBe(report);
    expect(reportOf({ id: 'j', state: 'done', result: { report } })).toBe(report);
    expect(reportOf({ id: 'j', state: 'done', result: report })).toBe(report);
    expect(reportOf({ id: 'j', state: 'running', progress: { done: 1, total: 2 } })).toBeNull();
  });

  it('groups problems by kind whatever their prefix', () => {
    const problem = (kind: string, seq: number | null) => ({ kind, seq, detail: '', by: '' });
    expect(groupProblems([problem('root_mismatch', null), problem('evidence.edited_event', 4), problem('edited_event', 5)]).map((one) => [one.kind, one.items.length])).toEqual([['edited_event', 2], ['root_mismatch', 1]]);
  });
});
