/** Signing in: light, by keyboard, in both languages, and the app is at hand when it succeeds. */
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { serve, type Running } from './fixture/serve.mjs';
import { launch } from './people';

let server: Running;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const faults: string[] = [];

beforeAll(async () => { server = await serve({ contacts: 200 }); browser = await launch(); });
afterAll(async () => { await browser.close(); await server.close(); });
beforeEach(async () => {
  server.state.signedIn = false;
  server.state.expired = false;
  faults.length = 0;
  context = await browser.newContext({ locale: 'zh-CN', reducedMotion: 'reduce' });
  page = await context.newPage();
  page.on('pageerror', (error) => faults.push(String(error)));
});
afterEach(async () => {
  await context.close();
  expect(faults).toEqual([]);
  expect(server.state.reports).toEqual([]);
});

const box = (name: string) => page.locator(`.kd-signin input[name=${name}]`);
const enter = async (login: string, password: string): Promise<void> => {
  await box('username').fill(login);
  await box('password').fill(password);
  await page.keyboard.press('Enter');
};
const focused = (): Promise<string | null> => page.evaluate(() => document.activeElement?.getAttribute('name') ?? null);

it('needs no script of the app to be used, and fetches it afterwards', async () => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(`${request.resourceType()} ${new URL(request.url()).pathname}`));
  await page.goto(`${server.url}/o/account?q=%E5%85%AC%E5%8F%B8`);
  expect(new URL(page.url()).pathname).toBe('/sign-in');
  await box('username').waitFor();
  expect(asked.filter((one) => one.startsWith('script') && /vendor|index-|kit/.test(one))).toEqual([]);
  await expect.poll(() => asked.some((one) => /^fetch .*\/vendor-/.test(one))).toBe(true);
  await expect.poll(() => asked.some((one) => /\/zh-CN-/.test(one))).toBe(true);
  expect(asked.some((one) => /\/en-/.test(one))).toBe(false);
  await enter('wangxm', 'right');
  await page.locator('.kd-grid').waitFor();
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/o/account?q=%E5%85%AC%E5%8F%B8');
  // The history leads past the sign-in.
  await page.goBack().catch(() => null);
  expect(page.url()).not.toContain('sign-in');
});

it('is worked with the keyboard, says what is wrong and where', async () => {
  await page.goto(`${server.url}/sign-in`);
  await expect.poll(focused).toBe('username');
  await page.keyboard.press('Enter');
  expect(await focused()).toBe('username');
  expect(await page.locator('.kd-field-error:visible').textContent()).toBe('请输入账号');
  await page.keyboard.type('wangxm');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('password');
  await page.keyboard.type('wrong');
  await page.keyboard.press('Enter');
  await page.locator('.kd-notice-danger:visible').waitFor();
  expect(await focused()).toBe('password');
  expect(await box('password').getAttribute('aria-invalid')).toBe('true');
  await page.keyboard.type('totp');
  await page.keyboard.press('Enter');
  await expect.poll(focused).toBe('code');
  await page.keyboard.type('654321');
  await page.keyboard.press('Enter');
  await page.locator('.kd-notice-danger:visible').waitFor();
  await page.keyboard.type('123456');
  await page.keyboard.press('Enter');
  await page.locator('nav').first().waitFor();
});

it('begins again when the code took too long', async () => {
  await page.goto(`${server.url}/sign-in`);
  await enter('wangxm', 'totp');
  await expect.poll(focused).toBe('code');
  await page.keyboard.type('000000');
  await page.keyboard.press('Enter');
  await expect.poll(focused).toBe('password');
  expect(await page.locator('.kd-notice-danger').textContent()).toContain('请重新输入密码');
  expect(await box('username').inputValue()).toBe('wangxm');
});

it('counts the seconds of a limit down and follows the language', async () => {
  await page.goto(`${server.url}/sign-in`);
  await enter('wangxm', 'often');
  const button = page.locator('.kd-signin button[type=submit]');
  await expect.poll(() => button.textContent()).toMatch(/请等待 4\d 秒/);
  expect(await button.isDisabled()).toBe(true);
  await page.locator('.kd-public-top button').first().click();
  await expect.poll(() => button.textContent()).toMatch(/Wait \d+ s/);
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  await page.reload();
  await expect.poll(() => page.locator('h1').textContent()).toBe('Sign in');
});

it('leads nowhere else than to this page', async () => {
  for (const next of ['//evil.example/x', '/%09/evil.example', 'https://evil.example']) {
    server.state.signedIn = false;
    await page.goto(`${server.url}/sign-in?next=${encodeURIComponent(decodeURIComponent(next))}`);
    await enter('wangxm', 'right');
    await page.locator('nav').first().waitFor();
    expect(new URL(page.url()).origin + new URL(page.url()).pathname).toBe(`${server.url}/`);
  }
});

it('has no serious accessibility fault in any of its states', async () => {
  await page.goto(`${server.url}/sign-in`);
  const check = async (): Promise<void> => {
    const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
    expect(found.violations.filter((one) => one.impact === 'serious' || one.impact === 'critical').map((one) => `${one.id} ${one.nodes.map((node) => node.target.join(' ')).join(' | ')}`)).toEqual([]);
  };
  await page.keyboard.press('Enter');
  await check();
  await enter('wangxm', 'wrong');
  await page.locator('.kd-notice-danger:visible').waitFor();
  await check();
  await page.locator('.kd-public-top button').last().click();
  await check();
  await box('password').fill('totp');
  await page.keyboard.press('Enter');
  await expect.poll(focused).toBe('code');
  await check();
});

it('puts another authenticator in the place of the old one, which proves itself first', async () => {
  server.state.signedIn = true;
  await page.goto(`${server.url}/account`);
  const section = page.locator('#account-factor');
  await section.getByRole('button', { name: '更换' }).click();
  await section.locator('input').fill('111111');
  await page.keyboard.press('Enter');
  await section.getByRole('alert').filter({ hasText: '当前显示的 6 位数字' }).waitFor();
  await section.locator('input').fill('123456');
  await page.keyboard.press('Enter');
  await section.locator('.kd-authenticator-key code').waitFor();
  await section.locator('.kd-enrol-code input').fill('654321');
  await page.keyboard.press('Enter');
  await page.locator('.kd-codes li').nth(9).waitFor();
  await page.locator('.kd-dialog').getByRole('checkbox').check();
  await page.locator('.kd-dialog-foot button').last().click();
  await section.getByRole('button', { name: '更换' }).waitFor();
});
