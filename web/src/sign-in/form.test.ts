import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { texts } from 'virtual:kedun-light';
import { setPreferences } from '@/theme/choices';
import { mountSignInForm } from './form';
import { nextOf } from './next';

let place: HTMLElement;
let answer: { status: number; body: unknown };
const box = (name: string): HTMLInputElement => place.querySelector<HTMLInputElement>(`input[name=${name}]`)!;
const submit = (): void => { place.querySelector('form')!.requestSubmit(); };
const settle = (): Promise<void> => new Promise((done) => { setTimeout(done, 0); });

beforeEach(() => {
  place = document.body.appendChild(document.createElement('div'));
  setPreferences({ language: 'zh-CN' });
  vi.stubGlobal('fetch', vi.fn(() => Promise.resolve(new Response(JSON.stringify(answer.body), { status: answer.status, headers: { 'content-type': 'application/problem+json' } }))));
});
afterEach(() => { vi.unstubAllGlobals(); place.remove(); });

describe('form', () => {
  it('says at the box what is missing and puts the focus there', async () => {
    const end = mountSignInForm(place, { onSignedIn: () => undefined });
    expect(document.activeElement).toBe(box('username'));
    box('username').value = 'wang';
    submit();
    await settle();
    expect(document.activeElement).toBe(box('password'));
    expect(box('password').getAttribute('aria-invalid')).toBe('true');
    const said = document.getElementById(box('password').getAttribute('aria-describedby') ?? '');
    expect(said?.textContent).toBe('请输入密码');
    expect(said?.getAttribute('role')).toBe('alert');
    end();
    expect(place.childElementCount).toBe(0);
  });

  it('changes its language with an error in sight and keeps what was typed', async () => {
    answer = { status: 401, body: { code: 'auth.failed', title: '账号或密码不正确' } };
    const end = mountSignInForm(place, { onSignedIn: () => undefined });
    box('username').value = 'wang';
    box('password').value = 'wrong';
    submit();
    await settle();
    const notice = place.querySelector('.kd-notice')!;
    expect(notice.textContent).toContain('账号或密码不正确');
    expect(box('password').getAttribute('aria-describedby')).toBe(notice.id);
    setPreferences({ language: 'en' });
    expect(notice.textContent).toContain('Wrong login or password');
    expect(box('password').value).toBe('wrong');
    box('password').dispatchEvent(new Event('input', { bubbles: true }));
    expect((notice as HTMLElement).hidden).toBe(true);
    end();
  });

  it('asks for the code afterwards, or for a recovery code', async () => {
    answer = { status: 200, body: { signed_in: false, next: 'totp', ticket: 'half' } };
    const end = mountSignInForm(place, { login: 'wang', onSignedIn: () => undefined });
    expect(box('username').readOnly).toBe(true);
    box('password').value = 'right';
    submit();
    await settle();
    expect(document.activeElement).toBe(box('code'));
    expect(box('password').value).toBe('');
    expect(box('code').autocomplete).toBe('one-time-code');
    expect(box('code').getAttribute('inputmode')).toBe('numeric');
    [...place.querySelectorAll('button')].find((one) => one.textContent?.includes('恢复码'))!.click();
    expect(box('code').getAttribute('inputmode')).toBe('text');
    end();
  });
});

describe('texts', () => {
  it('hold every key that the light page says, in both languages', () => {
    const code = readdirSync(import.meta.dirname).filter((name) => !name.endsWith('.test.ts') && name.endsWith('.ts')).map((name) => readFileSync(join(import.meta.dirname, name), 'utf8')).join('\n');
    const keys = [...code.matchAll(/'((?:signIn|app|language|appearance|common|error)\.[\w.]+)'/g)].map((match) => match[1] ?? '');
    expect(keys.length).toBeGreaterThan(25);
    for (const key of keys) for (const language of ['zh-CN', 'en'] as const) expect(texts[language][key], `${language} ${key}`).toBeTruthy();
  });
});

describe('where to go afterwards', () => {
  it.each(['/o/contact?q=%E7%8E%8B#x', '/', '/evidence'])('is %s', (path) => expect(nextOf(path, 'https://crm.example')).toBe(path));
  it.each(['//evil.example', '/\\evil.example', '/\t/evil.example', '/\n//evil.example', 'https://evil.example', 'javascript:alert(1)', '/sign-in?next=/x', '', null, 7])('is never %j', (path) => expect(nextOf(path, 'https://crm.example')).toBeUndefined());
});
