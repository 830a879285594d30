import { describe, expect, it } from 'vitest';
import type { SavedView } from '@/api/types';
import { chosenView, defaultView } from './view-choice';

const view = (id: string, scope: SavedView['scope'], standard = false): SavedView => ({ id, name: id, scope, role: null, default: standard, mine: scope === 'private', state: {} as SavedView['state'] });

describe('the view of a list', () => {
  const views = [view('team', 'shared', true), view('sales', 'role', true), view('mine', 'private', true), view('other', 'private')];

  it('opens one\'s own default before that of the role and that of everybody', () => {
    expect(defaultView(views)?.id).toBe('mine');
    expect(defaultView(views.slice(0, 2))?.id).toBe('sales');
    expect(defaultView(views.slice(0, 1))?.id).toBe('team');
    expect(defaultView([view('other', 'private')])).toBeUndefined();
  });

  it('follows the address, also to the list without a view', () => {
    expect(chosenView(views, 'other')?.id).toBe('other');
    expect(chosenView(views, 'all')).toBeUndefined();
    expect(chosenView(views, 'gone')?.id).toBe('mine');
    expect(chosenView(views, undefined)?.id).toBe('mine');
  });
});
