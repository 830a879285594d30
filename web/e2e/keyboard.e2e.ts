/**
 * A rep's morning with the keyboard alone, against the real server. At every stop the focus is on
 * something, inside the window, and can be seen.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, open } from './people';
import { PASSWORD, start, type Server } from './server.mjs';

let browser: Browser;
let server: Server;
beforeAll(async () => {
  browser = await launch();
  server = await start(['demo', '--customers', '200'], { timeout: 300_000 });
}, 320_000);
afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** What is wrong with the focus as it is drawn; empty when it is seen. */
const focusFault = (page: Page): Promise<string> => page.evaluate(() => {
  const at = document.activeElement;
  if (!at || at === document.body) return 'nothing has the focus';
  const name = `${at.tagName.toLowerCase()}.${at.className} "${at.getAttribute('aria-label') ?? at.textContent?.trim().slice(0, 30) ?? ''}"`;
  const box = at.getBoundingClientRect();
  if (box.bottom <= 0 || box.right <= 0 || box.top >= window.innerHeight || box.left >= window.innerWidth) return `${name} is outside the window`;
  const ringed = (one: Element | null): boolean => {
    if (!one) return false;
    const style = getComputedStyle(one);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  };
  const active = document.getElementById(at.getAttribute('aria-activedescendant') ?? ' ');
  const marked = active !== null && (ringed(active) || getComputedStyle(active).backgroundColor !== 'rgba(0, 0, 0, 0)');
  return marked || [at, at.closest('.kd-input'), at.closest('.kd-composer'), at.closest('.ant-select'), at.closest('.ant-picker')].some(ringed) ? '' : `${name} does not show the focus`;
});

/** Presses Tab until the focus is on something that fits; every stop on the way must be seen. */
async function tabTo(page: Page, wanted: string, faults: string[], key = 'Tab'): Promise<void> {
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press(key);
    // Transitions of the ring end first.
    await page.waitForTimeout(40);
    const fault = await focusFault(page);
    if (fault && !fault.startsWith('nothing')) faults.push(`on the way to ${wanted}: ${fault}`);
    if (await page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, wanted)) return;
  }
  throw new Error(`Tab does not reach ${wanted}`);
}

it('a morning without a mouse', async () => {
  const window = await open(browser);
  const { page, faults } = window;
  const cell = (): Promise<string> => page.evaluate(() => document.getElementById(document.activeElement?.getAttribute('aria-activedescendant') ?? ' ')?.textContent ?? '');

  // Signing in: the first field has the focus.
  await page.goto(`${server.url}/sign-in`);
  await page.waitForFunction(() => document.activeElement?.tagName === 'INPUT');
  await page.keyboard.type(server.login('sales') ?? '');
  await tabTo(page, 'input[type=password]', faults);
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.locator('.kd-rail').waitFor();
  const made = await page.request.post(`${server.url}/api/v1/records/contact`, { headers: { 'x-kd-csrf': '1' }, data: { values: { name: '欧阳晓晨', mobile: '13900137731', title: '采购' } } });
  expect(made.status(), await made.text()).toBe(201);

  // From home to the list, past the link that jumps over the rail.
  await tabTo(page, '.kd-skip', faults);
  await tabTo(page, 'a[href="/o/contact"]', faults);
  await page.keyboard.press('Enter');
  await page.locator('.kd-grid-body [role=row]').first().waitFor();

  // A filter: the text of the job holds 采购.
  await tabTo(page, '.kd-list-tools .kd-button', faults);
  await page.keyboard.press('Enter');
  await page.locator('.kd-filter').waitFor();
  await tabTo(page, '.kd-filter [role=combobox]', faults);
  await page.keyboard.type('职务');
  await page.keyboard.press('Enter');
  await tabTo(page, '.kd-filter input:not([role=combobox])', faults);
  await page.keyboard.type('采购');
  await page.keyboard.press('Enter');
  await page.waitForURL(/filter=/);
  await page.locator('.kd-filter').waitFor({ state: 'detached' });
  await page.locator('.kd-grid-first').filter({ hasText: '欧阳晓晨' }).waitFor();

  // In the grid: the first row is the newest; the job is edited, given up once and kept once.
  await tabTo(page, '[role=grid]', faults);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Control+Home');
  expect(await cell()).toContain('欧阳晓晨');
  for (let step = 0; step < 12 && (await cell()) !== '采购'; step += 1) await page.keyboard.press('ArrowRight');
  expect(await focusFault(page)).toBe('');
  const type = async (text: string, end: string): Promise<void> => {
    await page.keyboard.press('Enter');
    await page.locator('.kd-cell-editor input').waitFor();
    await page.waitForFunction(() => document.activeElement?.closest('.kd-cell-editor') !== null);
    await page.keyboard.press('Control+a');
    await page.keyboard.type(text);
    await page.keyboard.press(end);
    await page.locator('.kd-cell-editor').waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'grid');
  };
  await type('销售', 'Escape');
  expect(await cell()).toBe('采购');
  const saved = page.waitForResponse((response) => response.request().method() === 'PATCH');
  await type('采购经理', 'Enter');
  expect((await saved).status()).toBe(200);
  await page.keyboard.press('Control+Home');

  // The record: its telephone number for a purpose, and what was said on the telephone.
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/o\/contact\/.+/);
  await page.locator('.kd-record-fields').waitFor();
  await tabTo(page, '.kd-masked-line button', faults);
  await page.keyboard.press('Enter');
  await page.locator('.kd-reveal').waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'radio');
  expect(await focusFault(page)).toBe('');
  await page.keyboard.press('Space');
  await tabTo(page, '.kd-reveal-foot .kd-button-primary', faults);
  await page.keyboard.press('Enter');
  await page.locator('.kd-masked-plain').waitFor();
  expect(await page.locator('.kd-masked-plain').first().textContent()).toContain('13900137731');
  await tabTo(page, '.kd-composer textarea', faults);
  await page.keyboard.type('电话沟通,周三回访');
  await tabTo(page, '.kd-composer [type=submit]', faults);
  await page.keyboard.press('Enter');
  await page.locator('.kd-timeline').filter({ hasText: '周三回访' }).waitFor();

  // The palette finds by the initials of the name and by the last four digits.
  for (const text of ['oyxc', '7731']) {
    await page.keyboard.press('Control+k');
    await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox');
    await page.keyboard.type(text);
    await page.getByRole('group', { name: '联系人' }).getByRole('option').filter({ hasText: '欧阳晓晨' }).waitFor();
    expect(await focusFault(page)).toBe('');
    await page.keyboard.press('Escape');
    await page.locator('.kd-palette').waitFor({ state: 'detached' });
  }
  await page.keyboard.press('Control+k');
  await page.keyboard.type('7731');
  await page.getByRole('group', { name: '联系人' }).getByRole('option').filter({ hasText: '欧阳晓晨' }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/o\/contact\/.+/);

  // Leaving.
  await tabTo(page, '.kd-user', faults);
  await page.keyboard.press('Enter');
  await page.locator('[role=menu]').waitFor();
  await page.keyboard.press('End');
  expect(await focusFault(page)).toBe('');
  await page.keyboard.press('Enter');
  await page.waitForURL(/sign-in/);
  expect(faults).toEqual([]);
  await window.context.close();
}, 400_000);
