/**
 * Takes pictures of every page and state for review.
 *
 *   node e2e/shots.mjs OUT [--looks light-zh-wide,dark-en-phone] [--server https://…] [--scale 2] [--zone UTC] [name…]
 *
 * Without `--server` the built page talks to the fixture, which can also play errors and empty
 * states; with it the pictures show a running `kedun demo`, signed in as the person a scene names.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { serve } from './fixture/serve.mjs';
import { scenes } from './scenes.mjs';
import { BIN, PASSWORD } from './server.mjs';

const LOOKS = ['light', 'dark'].flatMap((mode) => ['zh', 'en'].flatMap((language) => ['wide', 'phone'].map((size) => `${mode}-${language}-${size}`)));
const { values: asked, positionals: [out = 'test-results/shots', ...only] } = parseArgs({ allowPositionals: true, options: { looks: { type: 'string' }, server: { type: 'string' }, scale: { type: 'string' }, zone: { type: 'string' } } });
const looks = asked.looks ? asked.looks.split(',') : LOOKS;
const messages = Object.fromEntries([['zh', 'zh-CN'], ['en', 'en']].map(([short, file]) => [short, JSON.parse(readFileSync(new URL(`../src/i18n/${file}.json`, import.meta.url), 'utf8'))]));
/** The logins of the demo company by role. */
const LOGINS = { sales_director: 'yue.xu', system_admin: 'chun.zhang', security_admin: 'fang.liu', auditor: 'lifei.zheng', privacy_officer: 'chunliang.shen', sales_manager: 'ningjie.zhu', sales: 'xinjian.chen', partner: 'shixin.wang' };

const fixture = asked.server ? null : await serve({ contacts: 2000 });
const base = asked.server ?? fixture.url;
const wanted = scenes.filter((scene) => (fixture ? scene.real !== 'only' : scene.real) && (only.length === 0 || only.some((word) => (word.startsWith('=') ? scene.name === word.slice(1) : scene.name.includes(word)))));
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--force-color-profile=srgb'] });
const signedIn = new Map();

for (const look of looks) {
  const [mode, language, size] = look.split('-');
  const phone = size === 'phone';
  const t = (key, args = {}) => Object.entries(args).reduce((text, [name, value]) => text.replaceAll(`{{${name}}}`, value), key.split('.').reduce((node, part) => node[part], messages[language]));
  const window = { viewport: phone ? { width: 390, height: 844 } : { width: 1440, height: 900 }, hasTouch: phone, deviceScaleFactor: Number(asked.scale ?? (phone ? 2 : 1)), colorScheme: mode, locale: language === 'en' ? 'en-GB' : 'zh-CN', timezoneId: asked.zone ?? 'Asia/Shanghai', reducedMotion: 'reduce', ignoreHTTPSErrors: true };
  for (const scene of wanted) {
    if (scene.sizes && !scene.sizes.includes(size)) continue;
    if (fixture) fixture.state.signedIn = scene.signedIn !== false;
    const restore = fixture ? scene.prepare?.(fixture.state) : undefined;
    const role = scene.as ?? 'sales_manager';
    const context = await browser.newContext({ ...window, storageState: fixture || scene.signedIn === false ? undefined : await session(role) });
    const page = await context.newPage();
    page.setDefaultTimeout(8000);
    const problems = [];
    page.on('console', (message) => message.type() === 'error' && !/status of 4\d\d/.test(message.text()) && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(String(error)));
    try {
      await page.addInitScript((lang) => { localStorage.setItem('kd.language', lang); }, language === 'en' ? 'en' : 'zh-CN');
      if (scene.route) await scene.route(page);
      await page.goto(base + scene.path, { waitUntil: scene.still ? 'load' : 'networkidle', timeout: 30_000 });
      await scene.act?.(page, { phone, t, language });
    } catch (error) {
      problems.push(String(error).split('\n').slice(0, 3).join(' '));
    }
    await page.waitForTimeout(scene.still ? 700 : 300);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) problems.push(`the page is ${wide} px too wide`);
    await page.screenshot({ path: `${out}/${scene.name}.${look}.png` });
    process.stdout.write(`${scene.name}.${look}${problems.length ? `\n   ${problems.join('\n   ')}` : ''}\n`);
    restore?.();
    await context.close();
  }
}
if (fixture?.state.reports.length) process.stdout.write(`CSP reports: ${fixture.state.reports.length}\n${fixture.state.reports.slice(0, 3).join('\n')}\n`);
await browser.close();
await fixture?.close();

/** Signs a role of the demo company in, once. */
async function session(role) {
  if (signedIn.has(role)) return signedIn.get(role);
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'zh-CN' });
  const page = await context.newPage();
  await page.goto(`${base}/sign-in`);
  await page.locator('.kd-signin input').first().fill(LOGINS[role]);
  await page.locator('.kd-signin input[type=password]').fill(PASSWORD);
  await page.locator('.kd-signin button[type=submit]').click();
  const code = page.locator('.kd-otp');
  await code.or(page.locator('nav')).first().waitFor();
  if (await code.count()) {
    const box = (await code.evaluate((one) => one.tagName)) === 'INPUT' ? code : code.locator('input');
    await box.fill(execFileSync(BIN, ['demo', '--code', LOGINS[role]]).toString().trim());
    await page.locator('.kd-signin button[type=submit]').click();
  }
  await page.locator('nav').first().waitFor();
  const state = await context.storageState();
  await context.close();
  signedIn.set(role, state);
  return state;
}
