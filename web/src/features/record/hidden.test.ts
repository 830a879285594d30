import { describe, expect, it } from 'vitest';
import type { FieldView, MaskedValue, RecordView } from '@/api/types';
import { canReplace, meantChanges } from './hidden';

const masked = (reason: string): MaskedValue => ({ masked: true, text: '139****0000', revealable: reason === 'on_demand', reason, ask: null });
const field = (patch: Partial<FieldView> = {}): FieldView => ({ key: 'mobile', kind: 'phone', level: 'write', read_only: false, ...patch }) as FieldView;
const record = (value: unknown, can = ['read', 'update']): RecordView => ({ values: { mobile: value }, can }) as unknown as RecordView;

describe('a hidden value', () => {
  it('may be written over by whoever may write it', () => {
    expect(canReplace(field(), record(masked('on_demand')))).toBe(true);
  });

  it.each([
    ['hidden by policy', field(), record(masked('policy'))],
    ['erased', field(), record(masked('erased'))],
    ['only readable', field({ level: 'masked' }), record(masked('on_demand'))],
    ['kept by the system', field({ read_only: true }), record(masked('on_demand'))],
    ['in a record of somebody else', field(), record(masked('on_demand'), ['read'])],
    ['not hidden at all', field(), record('13900000000')],
  ])('may not when it is %s', (_name, one, of) => expect(canReplace(one, of)).toBe(false));

  it('stays when nothing was written over it, while an open value can be emptied', () => {
    const before = { mobile: masked('on_demand'), note: 'old' };
    expect(meantChanges({ mobile: ' ', note: '' }, before)).toEqual({ note: '' });
    expect(meantChanges({ mobile: '13800000000' }, before)).toEqual({ mobile: '13800000000' });
  });
});
