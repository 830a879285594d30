import { fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it } from 'vitest';
import { Field, NumberInput, plainNumber } from './Field';

function Money({ onValue }: { onValue: (value: string | null) => void }) {
  const [value, setValue] = useState<string | null>('12.00');
  return <NumberInput label="n" precision={2} value={value} onChange={(next) => { setValue(next); onValue(next); }} />;
}

describe('fields', () => {
  it('understands numbers as people type them', () => {
    expect(plainNumber('1,234.5')).toBe('1234.5');
    expect(plainNumber('１２３')).toBe('123');
    expect(plainNumber('12a')).toBeNull();
  });

  it('keeps what is typed and settles on leaving', () => {
    let last: string | null = '';
    render(<Money onValue={(value) => { last = value; }} />);
    const input = screen.getByLabelText<HTMLInputElement>('n');
    fireEvent.change(input, { target: { value: '1,5' } });
    expect(last).toBe('15');
    fireEvent.change(input, { target: { value: '15x' } });
    expect(input.value).toBe('1,5');
    fireEvent.blur(input);
    expect(input.value).toBe('15.00');
    fireEvent.change(input, { target: { value: '' } });
    expect(last).toBeNull();
  });

  it('ties label, help and error to the input', () => {
    render(<Field label="Amount" error="too much"><NumberInput value={null} onChange={() => undefined} /></Field>);
    const input = screen.getByLabelText('Amount');
    expect(input.getAttribute('aria-invalid')).toBe('true');
    expect(document.getElementById(input.getAttribute('aria-describedby') ?? '')?.textContent).toBe('too much');
  });
});
