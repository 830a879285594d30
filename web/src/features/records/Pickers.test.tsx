import { renderHook } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Option } from '@/ui/Select';
import { useWithChosen } from './Pickers';

const first: Option[] = [{ value: 'a', label: 'Anker' }, { value: 'b', label: 'Birch' }];
const other: Option[] = [{ value: 'c', label: 'Cedar' }];
interface Given { value: string | null; candidates: Option[]; unknown: Option | null }
const show = (given: Given) => renderHook(({ value, candidates, unknown }: Given) => useWithChosen(value, candidates, unknown), { initialProps: given });
const labels = (options: readonly Option[]): unknown[] => options.map((one) => one.label);

describe('what was chosen', () => {
  it('keeps its name when another search brings other candidates', () => {
    const { result, rerender } = show({ value: 'b', candidates: first, unknown: { value: 'b', label: 'No access' } });
    expect(labels(result.current)).toEqual(['Anker', 'Birch']);
    rerender({ value: 'b', candidates: other, unknown: { value: 'b', label: 'No access' } });
    expect(labels(result.current)).toEqual(['Birch', 'Cedar']);
  });

  it('is not taken for another one', () => {
    const { result, rerender } = show({ value: 'b', candidates: first, unknown: null });
    rerender({ value: 'x', candidates: other, unknown: { value: 'x', label: 'Known before' } });
    expect(labels(result.current)).toEqual(['Known before', 'Cedar']);
    rerender({ value: null, candidates: other, unknown: null });
    expect(labels(result.current)).toEqual(['Cedar']);
  });
});
