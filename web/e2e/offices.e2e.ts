/** What keepers of settings and English-speaking officers do, in a browser against the fixture. */
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Running } from './fixture/serve.mjs';

let server: Running;
let browser: Browser;
beforeAll(async () => {
  server = await serve({ contacts: 200 });
  browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

async function open(path: string, locale = 'zh-CN'): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(server.url + path, { waitUntil: 'networkidle' });
  return page;
}

/** The page as somebody else sees it who only works with records. */
async function as<T>(person: { id: string; name: string; role: { code: string; zh: string; en: string } }, run: () => Promise<T>): Promise<T> {
  server.state.as = { person: { id: person.id, name: person.name, login: 'somebody', kind: 'user', unit: null, title: null, locale: 'zh-CN' }, roles: [person.role], capabilities: ['directory_read'] };
  try {
    return await run();
  } finally {
    server.state.as = undefined;
  }
}
const REP = { id: '0193a000-0000-7000-8000-00000000f001', name: '方可', role: { code: 'sales', zh: '销售', en: 'Sales' } };
const PARTNER_MANAGER = { id: '0193a000-0000-7000-8000-00000000f002', name: '江宁', role: { code: 'partner_manager', zh: '渠道经理', en: 'Channel manager' } };

const saveAs = async (page: Page): Promise<void> => {
  await page.locator('.kd-list-views').getByRole('button', { name: '视图操作' }).click();
  await page.getByRole('menuitem', { name: '另存为视图' }).click();
  await page.getByRole('dialog').waitFor();
};
const activeTab = (page: Page): Promise<string | null> => page.locator('.kd-list-views [role=tab][aria-selected=true]').textContent();

describe('a view that opens by itself for a role', () => {
  it('is set up by who keeps the settings, and opens for those who hold the role alone', async () => {
    const page = await open('/o/contact');
    await saveAs(page);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').first().fill('销售每日');
    await dialog.getByRole('radio', { name: '某个角色' }).check();
    const save = dialog.getByRole('button', { name: '另存为视图' });
    expect(await save.isDisabled()).toBe(true);
    await dialog.getByRole('combobox').click();
    await page.locator('.ant-select-item-option').filter({ hasText: /^销售$/ }).click();
    await dialog.getByRole('checkbox').check();
    const [asked] = await Promise.all([page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/views/contact')), save.click()]);
    expect(asked.postDataJSON()).toMatchObject({ name: '销售每日', scope: 'role', role: 'sales', default: true });
    await page.getByRole('tab', { name: '销售每日' }).waitFor();
    await page.context().close();

    await as(REP, async () => {
      const own = await open('/o/contact');
      expect(await activeTab(own)).toBe('销售每日');
      // It is not hers to change, and the whole list has its own address.
      await own.locator('.kd-list-views').getByRole('button', { name: '视图操作' }).click();
      expect(await own.getByRole('menuitem', { name: '删除视图' }).count()).toBe(0);
      await own.keyboard.press('Escape');
      await own.getByRole('tab', { name: '全部' }).click();
      await own.waitForURL(/view=all/);
      await own.context().close();
    });
    await as(PARTNER_MANAGER, async () => {
      const other = await open('/o/contact');
      expect(await activeTab(other)).toBe('全部');
      expect(await other.getByRole('tab', { name: '销售每日' }).count()).toBe(0);
      await other.context().close();
    });
  });

  it('is not offered without the right to change settings, nor taken when it is sent all the same', async () => {
    await as(REP, async () => {
      const page = await open('/o/contact');
      await saveAs(page);
      const dialog = page.getByRole('dialog');
      expect(await dialog.getByRole('radio').count()).toBe(2);
      expect(await dialog.getByRole('radio', { name: '某个角色' }).count()).toBe(0);
      expect(await dialog.getByRole('checkbox').count()).toBe(1);
      await dialog.getByRole('radio').nth(1).check();
      expect(await dialog.getByRole('checkbox').count()).toBe(0);
      const answer = await page.request.post(`${server.url}/api/v1/views/contact`, { headers: { 'x-kd-csrf': '1' }, data: { name: 'x', scope: 'role', role: 'sales', default: true, state: {} } });
      expect(answer.status()).toBe(403);
      await page.context().close();
    });
  });
});

describe('in English', () => {
  it('a span of one\'s own begins today and is asked of the server', async () => {
    const page = await open('/evidence', 'en-GB');
    await page.getByRole('button', { name: 'Time', exact: true }).click();
    const [asked] = await Promise.all([page.waitForRequest((request) => /\/evidence\?.*from=/.test(request.url())), page.getByRole('radio', { name: 'Custom' }).click()]);
    const query = new URL(asked.url()).searchParams;
    const midnight = new Date();
    midnight.setHours(0, 0, 0, 0);
    expect(query.get('from')).toBe(midnight.toISOString());
    expect(Date.parse(query.get('to') ?? '') - midnight.getTime()).toBe(86_400_000);
    await page.context().close();
  });

  it('people stand in units by their English names', async () => {
    const page = await open('/people', 'en-GB');
    await page.locator('.kd-grid-body [role=row]').first().waitFor();
    await page.locator('.kd-grid-body').filter({ hasText: 'East 1' }).waitFor();
    expect(await page.locator('.kd-grid-body').textContent()).not.toContain('华东一组');
    await page.context().close();
  });
});
