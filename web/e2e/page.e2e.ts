/**
 * The built page in a browser, under the headers of the product: no refused style or script on
 * entering, using and leaving any route, and the grid stays small.
 */
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Running } from './fixture/serve.mjs';

let server: Running;
let browser: Browser;

beforeAll(async () => {
  server = await serve({ contacts: 10_000 });
  browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

interface Look { dark?: boolean; english?: boolean; phone?: boolean }
const errors: string[] = [];

async function open(path: string, look: Look = {}): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({
    viewport: look.phone ? { width: 390, height: 844 } : { width: 1440, height: 900 },
    colorScheme: look.dark ? 'dark' : 'light',
    locale: look.english ? 'en-GB' : 'zh-CN',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => errors.push(`${path}: ${String(error)}`));
  page.on('console', (message) => message.type() === 'error' && !message.text().includes('Failed to load resource') && errors.push(`${path}: ${message.text()}`));
  await page.goto(server.url + path, { waitUntil: 'networkidle' });
  return { page, context };
}

describe('grid', () => {
  it('scrolls through 10,000 rows with fewer than 80 of them in the page', async () => {
    const { page, context } = await open('/o/contact');
    const rows = (): Promise<number> => page.locator('.kd-grid-body [role=row]').count();
    expect(await rows()).toBeGreaterThan(10);
    for (let turn = 0; turn < 30; turn += 1) {
      await page.locator('.kd-grid').evaluate((grid) => { grid.scrollTop += 1500; });
      await page.waitForTimeout(60);
      expect(await rows()).toBeLessThan(80);
    }
    expect(Number(await page.locator('.kd-grid-body [role=row]').first().getAttribute('aria-rowindex'))).toBeGreaterThan(200);
    await context.close();
  });

  it('is worked with the keyboard: move, choose, edit in place, open', async () => {
    const { page, context } = await open('/o/account');
    await page.locator('.kd-grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press(' ');
    await page.waitForSelector('.kd-selection');
    expect(await page.locator('.kd-selection strong').textContent()).toContain('1');
    const column = await page.locator('.kd-grid-head [role=columnheader]').evaluateAll((heads) => heads.findIndex((head) => head.textContent?.includes('地区')));
    for (let step = 1; step < column; step += 1) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.kd-cell-editor input');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('拉萨');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('.kd-grid-body')?.textContent?.includes('拉萨'));
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/o\/account\/.+/);
    await context.close();
  });
});

describe('privacy', () => {
  it('reveals by purpose, asks for a fresh factor, counts the copy, keeps the mark', async () => {
    const { page, context } = await open('/o/contact');
    await page.locator('.kd-grid-body .kd-grid-first').first().click();
    await page.waitForURL(/\/o\/contact\/.+/);
    await page.getByRole('button', { name: '查看', exact: true }).first().click();
    await page.locator('.kd-reveal [role=radio]').first().click();
    await page.getByRole('button', { name: '显示' }).click();
    await page.waitForSelector('.kd-masked-plain');
    expect(await page.locator('.kd-masked-plain').textContent()).toMatch(/^[\w@.+-]{6,}$/);
    expect(server.state.events.some((event) => event.kind === 'reveal')).toBe(true);
    await page.locator('[data-kd-mark]').evaluate((mark) => { mark.remove(); });
    await page.waitForSelector('[data-kd-mark]', { state: 'attached' });
    expect(await page.locator('[data-kd-mark]').evaluate((mark) => getComputedStyle(mark).backgroundImage)).toContain('data:image/png');
    await expect.poll(() => server.state.events.some((event) => event.kind === 'watermark_tampered')).toBe(true);
    await context.close();
  });

  it('asks to sign in again without losing typed text', async () => {
    const { page, context } = await open('/o/account');
    await page.locator('.kd-grid-body .kd-grid-first').first().click();
    const box = page.locator('.kd-composer textarea');
    await box.fill('未保存的跟进');
    server.state.expired = true;
    await page.locator('.kd-composer button[type=submit]').click();
    await page.waitForSelector('.kd-signin');
    await page.locator('.kd-signin input[type=password]').fill('right');
    await page.locator('.kd-signin button[type=submit]').click();
    await page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>('.kd-composer textarea')?.value === '');
    await page.waitForFunction(() => document.querySelector('.kd-timeline')?.textContent?.includes('未保存的跟进'));
    await context.close();
  });
});

describe('session', () => {
  it('sends a stranger to sign in and leads back to where he wanted to go', async () => {
    server.state.signedIn = false;
    const { page, context } = await open('/o/account');
    await page.waitForURL(/\/sign-in/);
    await page.locator('.kd-signin input').first().fill('wangxm');
    await page.locator('.kd-signin input[type=password]').fill('right');
    await page.locator('.kd-signin button[type=submit]').click();
    await page.waitForURL(/\/o\/account/);
    await page.waitForSelector('.kd-grid');
    await context.close();
  });
});

describe('content policy', () => {
  it('is never violated while walking through the page', async () => {
    const { page, context } = await open('/');
    for (const route of ['/o/contact', '/o/opportunity', '/evidence', '/people', '/units', '/roles', '/account', '/settings', '/imports', '/bin', '/']) {
      await page.evaluate((to) => { window.history.pushState({}, '', to); window.dispatchEvent(new PopStateEvent('popstate')); }, route);
      await page.waitForTimeout(350);
    }
    await page.goto(`${server.url}/o/opportunity`, { waitUntil: 'networkidle' });
    await page.getByRole('button', { name: '筛选' }).click();
    await page.waitForSelector('.kd-filter .ant-select');
    await page.locator('.kd-filter .ant-select').first().click();
    await page.waitForSelector('.ant-select-dropdown');
    await page.keyboard.press('Escape');
    await page.goto(`${server.url}/o/opportunity?new=1`, { waitUntil: 'networkidle' });
    await page.locator('.ant-picker').first().click();
    await page.waitForSelector('.ant-picker-dropdown');
    await page.goto(`${server.url}/`, { waitUntil: 'networkidle' });
    await context.close();
    expect(server.state.reports).toEqual([]);
    expect(errors).toEqual([]);
  });
});
