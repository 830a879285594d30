import { describe, expect, it } from 'vitest';
import type { Filter } from '@/api/types';
import { countConditions, emptyGroup, fromFilter, nextId, operatorsFor, toFilter } from './model';

const nested: Filter = {
  and: [
    { field: 'stage', op: 'in', value: ['new'] },
    { or: [{ field: 'amount', op: 'gte', value: 100 }, { field: 'note', op: 'is_empty' }] },
  ],
};

describe('filter model', () => {
  it('gives back what it read', () => {
    const group = fromFilter(nested);
    expect(group && toFilter(group)).toEqual(nested);
    expect(countConditions(nested)).toBe(3);
  });

  it('leaves out rows without a value, and a group that is then empty', () => {
    const group = emptyGroup('or');
    group.items.push({ id: nextId(), field: 'name', op: 'contains', value: '' });
    expect(toFilter(group)).toBeUndefined();
    group.items.push({ id: nextId(), field: 'name', op: 'is_empty', value: null });
    expect(toFilter(group)).toEqual({ field: 'name', op: 'is_empty' });
  });

  it('refuses to edit what it cannot show', () => {
    expect(fromFilter({ not: { field: 'a', op: 'eq', value: 1 } })).toBeNull();
    expect(fromFilter({ and: [{ or: [{ and: [{ field: 'a', op: 'eq', value: 1 }] }] }] })).toBeNull();
  });

  it('offers no order on a sealed field', () => {
    expect(operatorsFor('phone', true)).not.toContain('gt');
    expect(operatorsFor('phone', true)).not.toContain('contains');
    expect(operatorsFor('money', false)).toContain('between');
  });
});
