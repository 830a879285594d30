import { render } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Stepper } from './Stepper';

const STEPS = [{ key: 'upload', label: 'Upload' }, { key: 'run', label: 'Run' }, { key: 'done', label: 'Done' }];
const marks = (box: HTMLElement): string[] => [...box.querySelectorAll('.kd-steps-mark')].map((one) => (one.querySelector('svg') ? 'tick' : (one.textContent ?? '')));

describe('steps', () => {
  it('ticks what is behind and numbers what is ahead', () => {
    const { container } = render(<Stepper label="steps" steps={STEPS} current="run" />);
    expect(marks(container)).toEqual(['tick', '2', '3']);
  });
  it('ticks the last one too when nothing is left', () => {
    const { container, rerender } = render(<Stepper label="steps" steps={STEPS} current="done" finished />);
    expect(marks(container)).toEqual(['tick', 'tick', 'tick']);
    rerender(<Stepper label="steps" steps={STEPS} current="done" />);
    expect(marks(container)).toEqual(['tick', 'tick', '3']);
  });
});
