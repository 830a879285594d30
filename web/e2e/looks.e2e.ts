/**
 * Every route, drawer and dialog in both appearances, both languages and on a telephone: no serious
 * accessibility fault, and not one report of the content policy while entering, using and leaving.
 */
import AxeBuilder from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Running } from './fixture/serve.mjs';

let server: Running;
let browser: Browser;
beforeAll(async () => {
  server = await serve({ contacts: 300 });
  browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

interface Look { dark?: boolean; english?: boolean; phone?: boolean }
const LOOKS: [string, Look][] = [['light zh', {}], ['dark zh', { dark: true }], ['light en', { english: true }], ['dark en', { dark: true, english: true }], ['telephone', { phone: true }]];

/** What is opened on a route, one after the other; each leaves the page as it found it. */
interface Use { name: string; open: (page: Page) => Promise<unknown>; desk?: true }
interface Visit { route: string; ready: string; uses?: Use[] }

const BOXES = ['.kd-overlay', '.kd-popover', '.kd-selection', '.kd-event-open', '.kd-composer', '.kd-import-step', '.kd-state'];
const escape = (page: Page) => page.keyboard.press('Escape');
const menu = (page: Page, at: string, item: number) => page.locator(at).first().click().then(() => page.locator('[role=menu] [role^=menuitem]').nth(item).click());
const VISITS: Visit[] = [
  { route: '/', ready: '.kd-home-grid', uses: [
    { name: 'palette', open: async (page) => { await page.keyboard.press('Control+k'); await page.keyboard.type('王'); await page.getByRole('option').nth(2).waitFor(); } },
    { name: 'own menu', open: (page) => page.locator('.kd-user').click() },
  ] },
  { route: '/o/contact', ready: '.kd-grid-row, .kd-card-foot', uses: [
    { name: 'filter', open: async (page) => { await page.locator('.kd-list-tools .kd-button').first().click(); await page.locator('.kd-filter').waitFor(); } },
    { name: 'columns', desk: true, open: (page) => page.locator('.kd-list-tools .kd-icon-button').last().click() },
    { name: 'density', desk: true, open: (page) => page.locator('.kd-list-tools .kd-icon-button').first().click() },
    { name: 'head of a column', desk: true, open: (page) => page.locator('.kd-grid-head-menu').nth(1).click() },
    { name: 'saving a view', desk: true, open: (page) => menu(page, '.kd-list-views .kd-icon-button', 0) },
    { name: 'chosen rows', desk: true, open: async (page) => { await page.locator('.kd-grid-body .kd-check').first().click(); await page.locator('.kd-selection').waitFor(); } },
    { name: 'handing over', desk: true, open: (page) => page.locator('.kd-selection .kd-button').nth(1).click() },
    { name: 'no result', open: async (page) => { await page.locator('.kd-list-tools input').fill('zzzz'); await page.locator('.kd-state').waitFor(); } },
  ] },
  { route: '/o/contact?new=1', ready: '[role=dialog] form' },
  { route: '/o/opportunity', ready: '.kd-grid-row, .kd-card-foot' },
  { route: '/o/account', ready: '.kd-grid-row, .kd-card-foot' },
  { route: '/o/lead', ready: '.kd-list' },
  { route: '/o/follow_up', ready: '.kd-list' },
  { route: '/o/contact/FIRST', ready: '.kd-record-fields', uses: [
    { name: 'reveal', open: async (page) => { await page.locator('.kd-masked-line button').first().click(); await page.locator('.kd-reveal').waitFor(); } },
    { name: 'revealed', open: async (page) => { await page.locator('.kd-masked-line button').first().click(); await page.locator('.kd-reveal [role=radio]').first().click(); await page.locator('.kd-reveal [type=submit], .kd-reveal-foot .kd-button-primary').first().click(); await page.locator('.kd-masked-plain').waitFor(); } },
    { name: 'composer', desk: true, open: async (page) => { await page.locator('.kd-composer textarea').fill('x'); await page.locator('.kd-composer .ant-picker').waitFor(); await page.locator('.kd-composer textarea').fill(''); } },
    { name: 'explanation', open: async (page) => { await menu(page, '.kd-page-actions [aria-haspopup=menu]', 0); await page.getByRole('dialog').waitFor(); await page.waitForTimeout(200); } },
  ] },
  ...['history', 'looks', 'sharing'].map((tab): Visit => ({ route: `/o/contact/FIRST?tab=${tab}`, ready: '.kd-record-tab' })),
  { route: '/o/contact/FIRST?edit=1', ready: '[role=dialog] form' },
  { route: '/imports', ready: '.kd-page-header' },
  { route: '/import/contact', ready: '.kd-drop', uses: [
    { name: 'mapping', open: async (page) => { await page.setInputFiles('input[type=file]', { name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b') }); await page.waitForURL(/import=/); await page.locator('.kd-import-foot').waitFor(); } },
    { name: 'choice of a field', open: (page) => page.locator('.kd-import-step .ant-select, .ant-select').first().click() },
  ] },
  { route: '/bin', ready: '.kd-page-header' },
  { route: '/evidence', ready: '.kd-event', uses: [
    { name: 'one event and its proof', open: async (page) => { await page.locator('.kd-event-line').nth(1).click(); await page.locator('.kd-event-more .kd-button').last().click(); await page.waitForTimeout(300); } },
    { name: 'verification', open: async (page) => { await page.locator('.kd-page-actions .kd-button-primary').click(); await page.getByRole('dialog').waitFor(); await page.waitForTimeout(300); } },
  ] },
  { route: '/people', ready: '.kd-page-header', uses: [
    { name: 'new person', open: async (page) => { await page.locator('.kd-page-actions .kd-button-primary, .kd-button-primary').first().click(); await page.getByRole('dialog').waitFor(); } },
    { name: 'person', desk: true, open: async (page) => { await page.locator('.kd-grid-body .kd-grid-first').nth(1).click(); await page.getByRole('dialog').waitFor(); await page.waitForTimeout(300); } },
  ] },
  { route: '/units', ready: '.kd-tree, [role=tree]', uses: [
    { name: 'new unit', open: async (page) => { await page.locator('.kd-page-actions .kd-button-primary').click(); await page.getByRole('dialog').waitFor(); } },
  ] },
  { route: '/roles?role=sales_manager', ready: '.kd-page-header' },
  { route: '/roles?why=open', ready: '[role=dialog]' },
  { route: '/account', ready: '.kd-section' },
  { route: '/settings', ready: '.kd-section' },
  { route: '/nowhere', ready: '.kd-state' },
];

/** Violations of WCAG 2.0–2.2 A and AA that matter, as one line each. */
async function faults(page: Page, part?: string): Promise<string[]> {
  const axe = new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']);
  const result = await (part ? axe.include(part) : axe).analyze();
  return result.violations.filter((one) => one.impact === 'serious' || one.impact === 'critical').map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? node.all[0]?.message ?? ''}`).slice(0, 4).join(' | ')}`);
}

async function begin(look: Look): Promise<{ page: Page; context: BrowserContext; wrong: string[] }> {
  const context = await browser.newContext({ viewport: look.phone ? { width: 390, height: 844 } : { width: 1280, height: 640 }, colorScheme: look.dark ? 'dark' : 'light', locale: look.english ? 'en-GB' : 'zh-CN', reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && !message.text().includes('Failed to load resource') && wrong.push(message.text()));
  return { page, context, wrong };
}

/** Goes to an address inside the running page, as a link does. */
const walkTo = (page: Page, to: string): Promise<void> => page.evaluate((path) => { window.history.pushState({}, '', path); window.dispatchEvent(new PopStateEvent('popstate')); }, to);

describe.each(LOOKS)('%s', (_name, look) => {
  it('is accessible and within the policy everywhere', async () => {
    const { page, context, wrong } = await begin(look);
    const first = ((await (await fetch(`${server.url}/api/v1/records/contact/query`, { method: 'POST', headers: { 'x-kd-csrf': '1', 'content-type': 'application/json' }, body: '{"limit":1}' })).json()) as { items: { id: string }[] }).items[0]?.id ?? '';
    const found: string[] = [];
    const check = async (where: string, opened = false): Promise<void> => {
      // What lies below an open box was looked at before.
      const box = opened ? await page.evaluate((boxes) => boxes.find((one) => document.querySelector(one) !== null), BOXES) : undefined;
      found.push(...(await faults(page, box)).map((fault) => `${where}: ${fault}`));
      if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)) found.push(`${where}: wider than the window`);
      found.push(...[...wrong.splice(0), ...server.state.reports.splice(0)].map((report) => `${where}: ${report}`));
    };
    await page.goto(`${server.url}/`, { waitUntil: 'networkidle' });
    for (const visit of VISITS) {
      const route = visit.route.replace('FIRST', first);
      await walkTo(page, route);
      await page.locator(visit.ready).first().waitFor().catch(() => found.push(`${visit.route}: ${visit.ready} does not appear`));
      await page.waitForTimeout(150);
      await check(visit.route);
      for (const use of (visit.uses ?? []).filter((one) => !look.phone || !one.desk)) {
        await use.open(page).catch((error: unknown) => found.push(`${visit.route} ${use.name}: ${String(error).split('\n').slice(0, 3).join(' ')}`));
        await page.waitForTimeout(100);
        await check(`${visit.route} ${use.name}`, true);
        await escape(page);
      }
    }
    await walkTo(page, '/');
    await page.waitForTimeout(300);
    found.push(...wrong, ...server.state.reports.splice(0));
    expect(found).toEqual([]);
    await context.close();
  }, 900_000);

  it.each([['/sign-in', 'form'], ['/join#t', 'form'], ['/setup#t', 'form, .kd-state, .kd-signin']])('%s is as well, without a session', async (route, ready) => {
    server.state.signedIn = false;
    try {
      const { page, context, wrong } = await begin(look);
      await page.goto(server.url + route, { waitUntil: 'networkidle' });
      await page.locator(ready).first().waitFor();
      expect([...(await faults(page)), ...wrong, ...server.state.reports.splice(0)]).toEqual([]);
      await context.close();
    } finally {
      server.state.signedIn = true;
    }
  });
});
