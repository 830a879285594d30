import { describe, expect, it } from 'vitest';
import { listSearch, readColumns, recordSearch, writeColumns } from './search';

describe('addresses', () => {
  it('keep what they know and drop the rest', () => {
    const filter = { and: [{ field: 'stage', op: 'eq', value: 'new' }] };
    expect(listSearch({ view: 'v', q: 12, filter, sort: [{ field: 'a', descending: true }, { field: 3 }], evil: '<b>' })).toMatchObject({ view: 'v', q: '12', filter, sort: [{ field: 'a', descending: true }] });
    expect(listSearch({ filter: { and: 'x' }, sort: 'a' })).toEqual({});
  });

  it('hold columns with their widths, and nothing that is none', () => {
    const columns = [{ key: 'name', width: 240 }, { key: 'account' }, { key: '_owner', width: 90 }];
    expect(readColumns(writeColumns(columns))).toEqual(columns);
    expect(readColumns('name:9999,<b>,x:12,,__proto__')).toEqual([{ key: 'name' }, { key: 'x' }]);
    expect(listSearch({ cols: '<b>', density: 'huge' })).toEqual({});
    expect(listSearch({ cols: 'name', density: 'compact' })).toEqual({ cols: 'name', density: 'compact' });
  });

  it('refuse a filter without end', () => {
    let deep: unknown = { field: 'a', op: 'eq' };
    for (let at = 0; at < 10; at += 1) deep = { not: deep };
    expect(listSearch({ filter: deep }).filter).toBeUndefined();
  });

  it('know the tabs of a record', () => {
    expect(recordSearch({ tab: 'history' })).toMatchObject({ tab: 'history' });
    expect(recordSearch({ tab: 'other' })).toEqual({});
  });
});
