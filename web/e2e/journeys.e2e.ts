/**
 * People at work with the real server, on the embedded engine and, where `DATABASE_URL` names an
 * empty one, on PostgreSQL: the first start, a rep's morning, a manager's Monday, a new hire, and
 * the officer's question who saw a telephone number.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open, signIn, totp } from './people';
import { start, type Server } from './server.mjs';

let browser: Browser;
beforeAll(async () => { browser = await launch(); });
afterAll(async () => { await browser.close(); });

it('the first start names an administrator by a link that works once', async () => {
  const server = await start(['serve']);
  const window = await open(browser);
  const { page } = window;
  try {
    await page.goto(server.link ?? '');
    const inputs = page.locator('.kd-signin input');
    await inputs.nth(0).fill('山河仪器');
    await inputs.nth(1).fill('李管理');
    await inputs.nth(2).fill('admin.li');
    await inputs.nth(3).fill('plum-7-cart-lamp');
    await page.locator('.kd-signin button[type=submit]').click();
    const kit = (await page.locator('.kd-kit').textContent()) ?? '';
    const secret = (await page.locator('.kd-authenticator-key code').textContent()) ?? '';
    await page.locator('.kd-setup-code input').fill(totp(secret));
    await page.locator('.kd-setup-step textarea').fill('ABCDEF-GHJKMN');
    await page.locator('.kd-signin button[type=submit]').click();
    await page.getByRole('alert').or(page.locator('.kd-notice')).filter({ hasText: '恢复' }).last().waitFor();
    await page.locator('.kd-setup-step textarea').fill(kit);
    await page.locator('.kd-setup-code input').fill(totp(secret));
    await page.locator('.kd-signin button[type=submit]').click();
    await page.locator('nav').first().waitFor();
    expect(await page.locator('nav').first().textContent()).not.toContain('联系人');
    const again = await open(browser);
    await again.page.goto(server.link ?? '');
    await again.page.waitForURL(/sign-in/);
    expect([...window.faults, ...again.faults]).toEqual([]);
  } finally {
    await window.context.close();
    await server.stop();
  }
});

const engines: [string, string[]][] = [['SQLite', []]];
if (process.env['DATABASE_URL']) engines.push(['PostgreSQL', ['--database', process.env['DATABASE_URL']]]);

describe.each(engines)('%s', (_engine, words) => {
  let server: Server;
  beforeAll(async () => { server = await start(['demo', '--customers', '300', ...words], { timeout: 180_000 }); }, 200_000);
  afterAll(async () => { await server.stop(); });

  it('a rep imports, works the list, finds by the last four digits and reveals; the auditor sees both looks', async () => {
    const window = await open(browser);
    const { page } = window;
    await signIn(window, server, 'sales');

    // Import: two good rows, one with a wrong telephone number.
    const csv = '姓名,手机,邮箱\n欧阳晓晨,13900137731,ouyang@shanhe.example\n司马知远,13900137742,sima@shanhe.example\n坏号码,12,bad@shanhe.example\n';
    await page.goto(`${server.url}/import/contact`);
    await page.locator('input[type=file]').setInputFiles({ name: '展会.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.getByRole('button', { name: '下一步' }).click();
    await page.locator('form.kd-import-step input').first().fill('2026 上海工博会展位登记');
    await page.getByRole('radio').first().click();
    await page.getByRole('button', { name: '开始试运行' }).click();
    await page.getByRole('button', { name: /^导入 2 条/ }).click();
    await page.getByText('导入完成').waitFor();
    await page.getByRole('button', { name: '查看导入的联系人' }).click();
    await page.waitForURL(/\/o\/contact/);
    await page.locator('.kd-grid-body [role=row]').filter({ hasText: '欧阳晓晨' }).waitFor();
    expect(await page.locator('.kd-grid-body [role=row]').count()).toBe(2);
    expect(await page.content()).not.toContain('13900137731');

    // The palette finds by the last four digits of a sealed number.
    await page.keyboard.press('Control+k');
    await page.keyboard.type('7731');
    await page.getByRole('option').filter({ hasText: '欧阳晓晨' }).click();
    await page.waitForURL(/\/o\/contact\/.+/);
    const record = page.url().split('/').at(-1) ?? '';
    await page.getByRole('button', { name: '查看', exact: true }).first().click();
    await page.locator('.kd-reveal [role=radio]').first().click();
    await page.getByRole('button', { name: '显示', exact: true }).click();
    expect(await page.locator('.kd-masked-plain').first().textContent()).toContain('13900137731');

    // A note, and a stage on a deal: the morning goes on.
    await page.locator('.kd-composer textarea').fill('电话沟通,下周三回访');
    await page.locator('.kd-composer button[type=submit]').click();
    await page.locator('.kd-timeline').filter({ hasText: '下周三回访' }).waitFor();

    const officer = await open(browser);
    await signIn(officer, server, 'auditor');
    await officer.page.goto(`${server.url}/evidence?object=contact&record=${record}`);
    const events = officer.page.locator('main');
    await events.filter({ hasText: '查看明文' }).or(events.filter({ hasText: '手机' })).first().waitFor();
    const text = (await events.textContent()) ?? '';
    expect(text).toContain('陈鑫健');
    expect(text).not.toContain('13900137731');
    const verified = await officer.page.request.post(`${server.url}/api/v1/evidence/verify`, { headers: { 'x-kd-csrf': '1' } });
    expect(await verified.json()).toMatchObject({ ok: true, problems: [] });
    expect([...window.faults, ...officer.faults]).toEqual([]);
    await window.context.close();
    await officer.context.close();
  });

  it('a favourite is in the rail and the palette until its record is no longer there', async () => {
    const window = await open(browser);
    const { page } = window;
    await signIn(window, server, 'sales');
    await page.goto(`${server.url}/o/account`);
    const row = page.locator('.kd-grid-body [role=row]').nth(1);
    const name = ((await row.locator('.kd-grid-first .kd-text').textContent()) ?? '').trim();
    await row.hover();
    await row.getByRole('button', { name: `收藏 ${name}` }).click();
    const rail = page.locator('.kd-rail-group').filter({ hasText: '收藏' });
    await rail.getByRole('link', { name }).waitFor();
    await page.reload();
    await rail.getByRole('link', { name }).click();
    await page.waitForURL(/\/o\/account\/.+/);
    await page.getByRole('button', { name: '取消收藏' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('option').filter({ hasText: name }).first().waitFor();
    await page.keyboard.press('Escape');
    // In the bin it is nobody's favourite; restored it is again.
    const [, object, id] = /\/o\/(\w+)\/([\w-]+)/.exec(page.url()) ?? [];
    const path = `${server.url}/api/v1/records/${object}/${id}`;
    const { version } = await (await page.request.get(path)).json();
    expect((await page.request.delete(path, { headers: { 'x-kd-csrf': '1', 'if-match': `"${version}"` } })).status()).toBe(204);
    await page.goto(`${server.url}/`);
    await page.locator('.kd-rail').waitFor();
    const kept = await page.request.get(`${server.url}/api/v1/me/favourites`);
    expect((await kept.json()).items).toEqual([]);
    expect(await rail.count()).toBe(0);
    expect(window.faults).toEqual([]);
    await window.context.close();
  });

  it('a manager sees the team, narrows the deals down, and nothing of other teams', async () => {
    const window = await open(browser);
    const { page } = window;
    await signIn(window, server, 'sales_manager');
    await page.locator('main').waitFor();
    await page.goto(`${server.url}/o/opportunity`);
    await page.locator('.kd-grid-body [role=row]').first().waitFor();
    const all = await page.request.post(`${server.url}/api/v1/records/opportunity/query`, { headers: { 'x-kd-csrf': '1' }, data: { count: true, limit: 1 } });
    const won = await page.request.post(`${server.url}/api/v1/records/opportunity/query`, { headers: { 'x-kd-csrf': '1' }, data: { count: true, limit: 1, filter: { field: 'stage', op: 'eq', value: 'won' } } });
    expect((await all.json()).count.n).toBeGreaterThan((await won.json()).count.n);
    const people = await page.request.get(`${server.url}/api/v1/people`);
    expect(people.status()).toBe(403);
    expect(window.faults).toEqual([]);
    await window.context.close();
  });

  it('an administrator takes somebody on, who joins by the link and sees nothing without a role', async () => {
    const window = await open(browser);
    await signIn(window, server, 'system_admin');
    await window.page.goto(`${server.url}/people`);
    await window.page.getByText('共').or(window.page.locator('main')).first().waitFor();
    const made = await window.page.request.post(`${server.url}/api/v1/people`, { headers: { 'x-kd-csrf': '1' }, data: { name: '新同事', login: `xin.${Date.now()}` } });
    expect(made.status()).toBe(201);
    const { invite, person } = await made.json();
    const joiner = await open(browser);
    await joiner.page.goto(`${server.url}${invite.link}`);
    const boxes = joiner.page.locator('input[type=password]');
    await boxes.first().waitFor();
    for (let n = 0; n < (await boxes.count()); n += 1) await boxes.nth(n).fill('four quiet lamps by the sea');
    await joiner.page.locator('button[type=submit]').click();
    await joiner.page.locator('.kd-public-link').click();
    await joiner.page.waitForURL(/sign-in/);
    await joiner.page.locator('.kd-signin input').first().fill(person.login);
    await joiner.page.locator('.kd-signin input[type=password]').fill('four quiet lamps by the sea');
    await joiner.page.locator('.kd-signin button[type=submit]').click();
    await joiner.page.locator('nav').first().waitFor();
    const list = await joiner.page.request.post(`${server.url}/api/v1/records/contact/query`, { headers: { 'x-kd-csrf': '1' }, data: {} });
    expect(list.status()).toBe(403);
    expect([...window.faults, ...joiner.faults]).toEqual([]);
    await window.context.close();
    await joiner.context.close();
  });

  it('on a telephone the list is cards and a record opens', async () => {
    const window = await open(browser, { phone: true });
    await signIn(window, server, 'sales');
    await window.page.goto(`${server.url}/o/account`);
    await window.page.locator('.kd-card-foot').first().waitFor();
    await window.page.locator('.kd-card-foot').first().click();
    await window.page.waitForURL(/\/o\/account\/.+/);
    expect(await window.page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)).toBe(true);
    expect(window.faults).toEqual([]);
    await window.context.close();
  });
});
