import { describe, expect, it } from 'vitest';
import type { PersonView, Unit } from '@/api/types';
import { branchIds, treeRows, treeStep } from '@/ui/tree-model';
import { missingOf } from './CreatePerson';
import { blocksDelete, buildReporting, buildTree, countBelow, findNode, moveTargets, lostManager, pathTo, totalMembers, unitOptions } from './unit-tree';
import { endOfDay, readOwned } from './usePeople';

const unit = (id: string, parent: string | null, members = 0): Unit => ({ id, parent, name_zh: id, name_en: id, members });
const units = [unit('firm', null, 2), unit('sales', 'firm', 3), unit('east', 'sales', 4), unit('west', 'sales'), unit('finance', 'firm', 1)];
const pick = (both: { zh: string }): string => both.zh;
const person = (id: string, manager: string | null, status: PersonView['status'] = 'active'): PersonView => ({ id, name: id, login: id, kind: 'user', status, unit: null, manager: manager ? { id: manager, name: manager } : null, version: 1, company: null, email: null, title: null, valid_until: null, roles: [], last_sign_in: null, second_factor: false });

describe('units', () => {
  const tree = buildTree(units);

  it('hangs units under their parents and counts people below', () => {
    expect(unitOptions(tree, pick).map((one) => `${one.level}${one.value}`)).toEqual(['0firm', '1sales', '2east', '2west', '1finance']);
    const [root] = tree;
    expect(root && totalMembers(root)).toBe(10);
    expect(root && countBelow(root)).toBe(4);
    expect(pathTo(tree, 'east')).toEqual(['firm', 'sales', 'east']);
  });

  it('offers no place inside the moved unit, nor the place where it is', () => {
    const allowed = moveTargets(tree, units[1] as Unit, pick).filter((one) => one.allowed).map((one) => one.value);
    expect(allowed).toEqual(['finance']);
  });

  it('deletes only what is empty', () => {
    expect(['sales', 'east', 'west'].map((id) => { const node = findNode(tree, id); return node ? blocksDelete(node) : undefined; })).toEqual(['members', 'members', null]);
    expect(blocksDelete(buildTree([unit('a', null), unit('b', 'a')])[0] as never)).toBe('units');
  });

  it('loses nobody to an unknown parent or a circle', () => {
    const odd = buildTree([unit('a', 'b'), unit('b', 'a'), unit('c', 'gone'), unit('d', 'a')]);
    expect(odd.map((one) => one.id).sort()).toEqual(['a', 'b', 'c']);
    expect(unitOptions(odd, pick)).toHaveLength(4);
  });
});

describe('reporting lines', () => {
  it('shows those without a manager at the top and leaves out who has left', () => {
    const tree = buildReporting([person('boss', null), person('ann', 'boss'), person('bob', 'ann'), person('old', 'boss', 'left'), person('kid', 'old')]);
    expect(tree.map((one) => one.id)).toEqual(['boss', 'kid']);
    expect(tree.map(lostManager)).toEqual([false, true]);
    expect(tree[0]?.children.map((one) => one.id)).toEqual(['ann']);
  });

  it('begins with the largest branch', () => {
    const tree = buildReporting([person('kid', 'old'), person('old', null, 'left'), person('guest', null), person('boss', null), person('ann', 'boss')]);
    expect(tree.map((one) => one.id)).toEqual(['boss', 'guest', 'kid']);
  });
});

describe('tree keys', () => {
  const tree = buildTree(units);
  const all = treeRows(tree, new Set(branchIds(tree)));

  it('numbers rows for assistive technology', () => {
    expect(all.map((row) => [row.node.id, row.level, row.position, row.size, row.expanded])).toEqual([['firm', 1, 1, 1, true], ['sales', 2, 1, 2, true], ['east', 3, 1, 2, null], ['west', 3, 2, 2, null], ['finance', 2, 2, 2, null]]);
  });

  it('moves, opens and closes', () => {
    expect(treeStep('ArrowDown', all, 'sales')).toEqual({ kind: 'move', id: 'east' });
    expect(treeStep('ArrowUp', all, 'firm')).toBeNull();
    expect(treeStep('End', all, 'firm')).toEqual({ kind: 'move', id: 'finance' });
    expect(treeStep('ArrowLeft', all, 'east')).toEqual({ kind: 'move', id: 'sales' });
    expect(treeStep('ArrowLeft', all, 'sales')).toEqual({ kind: 'close', id: 'sales' });
    expect(treeStep('ArrowRight', all, 'sales')).toEqual({ kind: 'move', id: 'east' });
    const closed = treeRows(tree, new Set(['firm']));
    expect(closed.map((row) => row.node.id)).toEqual(['firm', 'sales', 'finance']);
    expect(treeStep('ArrowRight', closed, 'sales')).toEqual({ kind: 'open', ids: ['sales'] });
    expect(treeStep('Enter', closed, 'sales')).toEqual({ kind: 'choose', id: 'sales' });
    expect(treeStep('x', closed, 'sales')).toBeNull();
  });
});

describe('people', () => {
  it('asks a partner for company and end, an employee for a unit', () => {
    const base = { name: 'A', login: 'a', unit: null, manager: null, title: null, email: null, company: null, valid_until: null };
    expect(missingOf({ ...base, kind: 'user' })).toEqual(['unit']);
    expect(missingOf({ ...base, kind: 'partner', name: ' ' })).toEqual(['name', 'company', 'valid_until']);
  });

  it('reads what is left behind in either form', () => {
    expect(readOwned([{ object: 'account', count: 2 }])).toEqual([['account', 2]]);
    expect(readOwned({ account: 2, lead: 1 })).toEqual([['account', 2], ['lead', 1]]);
    expect(readOwned(undefined)).toEqual([]);
  });

  it('ends access at the end of the local day', () => {
    expect(endOfDay('2026-12-31')).toBe(new Date(2026, 11, 31, 23, 59, 59).toISOString());
  });
});
