import { describe, expect, it } from 'vitest';
import type { FieldView, RoleView } from '@/api/types';
import { actionColumns, cellScopes, fieldRows, objectRows, scopeHue } from './matrix';

const role = (objects: RoleView['objects']): RoleView => ({ id: 'r', code: 'r', zh: '', en: '', builtin: true, officer: false, members: 0, capabilities: [], objects });
const field = (key: string, level: FieldView['class']): FieldView => ({ key, class: level }) as FieldView;

describe('role matrix', () => {
  const manager = role([{ object: 'contact', actions: { transfer: ['subordinates'], read: ['own', 'unit', 'unit_below', 'own'], export: ['all', 'own'] }, fields: [{ key: 'mobile', level: 'masked' }] }]);
  const sales = role([{ object: 'lead', actions: { read: ['own'], create: ['own'] }, fields: [] }]);

  it('has the same columns and rows for every role', () => {
    expect(actionColumns([manager, sales])).toEqual(['read', 'create', 'transfer', 'export']);
    expect(objectRows([manager, sales])).toEqual(['lead', 'contact']);
  });

  it('names the widest scope first and none that another contains', () => {
    expect(cellScopes(manager, 'contact', 'read')).toEqual(['unit_below', 'own']);
    expect(cellScopes(manager, 'contact', 'export')).toEqual(['all']);
    expect(cellScopes(manager, 'lead', 'read')).toEqual([]);
    expect(new Set(['own', 'team', 'unit_below', 'all'].map(scopeHue)).size).toBe(4);
  });

  it('shows an unnamed field as not visible', () => {
    expect(fieldRows(manager, 'contact', [field('name', 'P2'), field('mobile', 'P2')])).toEqual([{ key: 'name', level: 'none', class: 'P2' }, { key: 'mobile', level: 'masked', class: 'P2' }]);
    expect(fieldRows(manager, 'contact', [])).toEqual([{ key: 'mobile', level: 'masked', class: null }]);
  });
});
