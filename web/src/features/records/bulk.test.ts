import { afterEach, describe, expect, it, vi } from 'vitest';
import { api } from '@/api/client';
import type { RecordView } from '@/api/types';
import { chosenIds, inParts, wayBack } from './bulk';

const row = (id: string, owner: string | null, stage: string | null): RecordView => ({ id, object: 'lead', version: 1, title: id, values: { stage }, owner: owner ? { id: owner, name: owner } : null, unit: null, created_at: '', updated_at: '', can: [] }) as unknown as RecordView;
const ids = (n: number): string[] => Array.from({ length: n }, (_, at) => `r${at}`);

afterEach(() => vi.restoreAllMocks());

describe('many records', () => {
  it('are sent in parts that the server takes, none left out', () => {
    const parts = inParts([{ action: 'delete', ids: ids(1201) }]);
    expect(parts.map((part) => part.ids.length)).toEqual([500, 500, 201]);
    expect(new Set(parts.flatMap((part) => part.ids)).size).toBe(1201);
  });

  it('chosen by a question are all read, save those taken out', async () => {
    const post = vi.spyOn(api, 'post').mockImplementation((_path, body) => {
      const second = (body as { cursor?: string }).cursor === 'c1';
      return Promise.resolve({ items: (second ? ['r3', 'r4'] : ['r1', 'r2']).map((id) => row(id, 'a', null)), next: second ? null : 'c1' });
    });
    const query = { search: 'x', sort: [], fields: ['name', 'stage'] };
    expect(await chosenIds('lead', { mode: 'all', except: new Set(['r2']) }, query)).toEqual(['r1', 'r3', 'r4']);
    expect(post).toHaveBeenCalledTimes(2);
    expect(post.mock.calls[0]?.[1]).toMatchObject({ search: 'x', fields: ['name'] });
  });

  it('get back what each had before', () => {
    const rows = [row('r1', 'a', 'new'), row('r2', 'b', 'new'), row('r3', 'a', null)];
    expect(wayBack({ action: 'delete' }, ['r1'], [])).toEqual([{ action: 'restore', ids: ['r1'] }]);
    expect(wayBack({ action: 'transfer', owner: 'c' }, ['r1', 'r2', 'r3'], rows)).toEqual([{ action: 'transfer', owner: 'a', ids: ['r1', 'r3'] }, { action: 'transfer', owner: 'b', ids: ['r2'] }]);
    expect(wayBack({ action: 'update', values: { stage: 'won' } }, ['r1', 'r2', 'r3'], rows)).toEqual([{ action: 'update', values: { stage: 'new' }, ids: ['r1', 'r2'] }, { action: 'update', values: { stage: null }, ids: ['r3'] }]);
    expect(wayBack({ action: 'transfer', owner: 'c' }, ['r1', 'r9'], rows)).toBeNull();
  });
});
