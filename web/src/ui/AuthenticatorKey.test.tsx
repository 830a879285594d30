import { render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { switchLanguage } from '@/i18n';
import { AuthenticatorKey } from './AuthenticatorKey';

const KEY = { secret: 'JBSWY3DPEHPK3PXPA', uri: 'otpauth://totp/Kedun:li?secret=JBSWY3DPEHPK3PXPA' };
const matchMedia = window.matchMedia;
const onPhone = (): void => { window.matchMedia = (query) => Object.assign(matchMedia(query), { matches: query.includes('max-width') }); };

describe('the key of an authenticator', () => {
  afterEach(() => { window.matchMedia = matchMedia; vi.restoreAllMocks(); });

  it('is scanned from a desk, and written in groups of four', async () => {
    await switchLanguage('en');
    render(<AuthenticatorKey {...KEY} />);
    expect(await screen.findByRole('img', { name: 'QR code for the authenticator app' })).toBeTruthy();
    expect(screen.getByText('JBSW Y3DP EHPK 3PXP A')).toBeTruthy();
    expect(screen.queryByRole('link')).toBeNull();
  });

  it('is opened or copied on a phone, and scanned only when asked', async () => {
    await switchLanguage('en');
    onPhone();
    render(<AuthenticatorKey {...KEY} />);
    const link = screen.getByRole('link', { name: 'Open in the authenticator on this phone' });
    expect(link.getAttribute('href')).toBe(KEY.uri);
    const user = userEvent.setup();
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    await user.click(screen.getByRole('button', { name: 'Copy the key' }));
    expect(write).toHaveBeenCalledWith(KEY.secret);
    expect(screen.queryByRole('img')).toBeNull();
    await user.click(screen.getByRole('button', { name: /another phone/ }));
    expect(await screen.findByRole('img')).toBeTruthy();
  });
});
