import { expect, it } from 'vitest';
import type { ObjectView } from '@/api/types';
import { binColumns, binObjects } from './model';

const object = (key: string, listed: string[] = []): ObjectView => ({
  key, zh: key, en: key, en_plural: key, icon: 'user', title: 'name', stage: null, sections: [], actions: [],
  fields: ['name', ...listed].map((one) => ({ key: one, zh: one, en: one, kind: 'text', class: 'P0', level: 'read', level_everywhere: 'read', mask: null, open: true, groupable: true, max: null, required: false, unique: 'none', searchable: false, sortable: true, filterable: true, read_only: false, section: null, in_list: true, help: null, options: null, to: null })),
});

it('offers the objects whose records one may delete or restore, in a fixed order', () => {
  const objects = ['lead', 'contact', 'account', 'other'].map((key) => object(key));
  const can = (key: string, action: string): boolean => (key === 'lead' ? action === 'restore' : key !== 'contact' && action === 'delete');
  expect(binObjects(objects, can).map((one) => one.key)).toEqual(['account', 'lead', 'other']);
});

it('shows the title first and not more than four facts', () => {
  expect(binColumns(object('account', ['a', 'b', 'c', 'd', 'e']))).toEqual(['name', 'a', 'b', 'c', 'd', '_owner']);
});
