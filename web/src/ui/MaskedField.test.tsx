import { act, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import '@/i18n';
import { MaskedField } from './MaskedField';

const value = { text: '138****5678', revealable: true, reason: 'on_demand', ask: null };
const purposes = [{ code: 'follow_up', label: 'Follow up' }, { code: 'billing', label: 'Billing' }];

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('masked field', () => {
  it('shows the value for its seconds after a purpose was chosen, then hides it', async () => {
    const onReveal = vi.fn().mockResolvedValue('13812345678');
    render(<MaskedField label="Mobile" value={value} purposes={purposes} seconds={30} onReveal={onReveal} onCopied={vi.fn()} />);
    expect(document.body.textContent).toContain('138****5678');
    fireEvent.click(screen.getByRole('button', { name: 'masked.reveal' }));
    const show = screen.getByRole('button', { name: 'masked.show' });
    expect((show as HTMLButtonElement).disabled).toBe(true);
    fireEvent.click(screen.getByRole('radio', { name: 'Billing' }));
    await act(async () => fireEvent.click(show));
    expect(onReveal).toHaveBeenCalledWith({ code: 'billing', note: undefined });
    expect(document.body.textContent).toContain('13812345678');
    await act(async () => vi.advanceTimersByTime(29_000));
    expect(document.body.textContent).toContain('13812345678');
    await act(async () => vi.advanceTimersByTime(2_000));
    expect(document.body.textContent).not.toContain('13812345678');
  });

  it('counts a copy and shows a refusal in place', async () => {
    const onCopied = vi.fn();
    const writeText = vi.fn().mockResolvedValue(undefined);
    vi.stubGlobal('navigator', Object.assign(Object.create(navigator), { clipboard: { writeText } }));
    const onReveal = vi.fn().mockRejectedValueOnce(new Error('needs approval')).mockResolvedValueOnce('13812345678');
    render(<MaskedField label="Mobile" value={value} purposes={purposes} seconds={30} onReveal={onReveal} onCopied={onCopied} />);
    fireEvent.click(screen.getByRole('button', { name: 'masked.reveal' }));
    fireEvent.click(screen.getByRole('radio', { name: 'Follow up' }));
    await act(async () => fireEvent.click(screen.getByRole('button', { name: 'masked.show' })));
    expect(screen.getByRole('alert').textContent).toContain('needs approval');
    await act(async () => fireEvent.click(screen.getByRole('button', { name: 'masked.show' })));
    await act(async () => fireEvent.click(screen.getByRole('button', { name: 'masked.copy' })));
    expect(writeText).toHaveBeenCalledWith('13812345678');
    expect(onCopied).toHaveBeenCalledTimes(1);
    vi.unstubAllGlobals();
  });

  it('names whom to ask when the policy hides the value', () => {
    render(<MaskedField label="ID" value={{ ...value, revealable: false, reason: 'policy', ask: 'security_admin' }} purposes={purposes} seconds={30} onReveal={vi.fn()} onCopied={vi.fn()} />);
    expect(screen.queryByRole('button')).toBeNull();
    expect(document.body.textContent).toContain('masked.reasonPolicy');
  });
});
