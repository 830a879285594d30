import { chromium } from 'playwright-core';
import { createHmac } from 'node:crypto';
const URL = 'https://127.0.0.1:8452';
const out = '/tmp/fe2/real';
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--ignore-certificate-errors', '--disable-http2'] });
const log = (...a) => console.log(...a);
async function open(login, code) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN', ignoreHTTPSErrors: true, reducedMotion: 'reduce', acceptDownloads: true });
  const page = await context.newPage();
  page.on('pageerror', (e) => log('PAGEERROR', String(e)));
  page.on('console', (m) => m.type() === 'error' && log('CONSOLE', m.text().slice(0, 200)));
  page.on('response', async (r) => { if (r.url().includes('/api/') && r.status() >= 400) log('HTTP', r.status(), r.request().method(), new globalThis.URL(r.url()).pathname, (await r.text().catch(() => '')).slice(0, 400)); });
  await page.goto(URL + '/sign-in', { waitUntil: 'networkidle' });
  await page.locator('input').first().fill(login);
  await page.locator('input[type=password]').fill('kedun demo 2026');
  await page.keyboard.press('Enter');
  if (code) { await page.waitForSelector('input[autocomplete=one-time-code]'); await page.locator('input[autocomplete=one-time-code]').fill(code); await page.keyboard.press('Enter'); }
  await page.waitForTimeout(2500);
  return { page, context };
}
const shot = (page, name) => page.screenshot({ path: `${out}/${name}.png` });
const base32 = (text) => { let bits = ''; for (const c of text) bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'); return Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2))); };
const totp = (secret, at = Date.now()) => { const c = Buffer.alloc(8); c.writeBigUInt64BE(BigInt(Math.floor(at / 30000))); const h = createHmac('sha1', base32(secret)).update(c).digest(); const o = h[19] & 15; return String((h.readUInt32BE(o) & 0x7fffffff) % 1e6).padStart(6, '0'); };
const what = process.argv[2];
if (what === 'import') {
  const { page } = await open('yue.xu');
  await shot(page, '0');
  log(page.url());
  await page.goto(URL + '/import/contact', { waitUntil: 'networkidle' });
  const [dl] = await Promise.all([page.waitForEvent('download', { timeout: 8000 }).catch(() => null), page.getByRole('button', { name: '下载模板' }).click()]);
  log('template', dl?.suggestedFilename());
  await page.setInputFiles('input[type=file]', '/tmp/fe2/people.csv');
  await page.waitForURL(/import=/, { timeout: 30000 });
  await page.waitForTimeout(1200);
  await shot(page, '2-mapping');
  await page.locator('.kd-import-main').evaluate((b) => b.scrollTo(0, 99999)); await page.waitForTimeout(300);
  await shot(page, '2-mapping-end');
  if (await page.locator('.kd-map-alert button').count()) await page.locator('.kd-map-alert button').first().click();
  const create = page.locator('.kd-import-relation .kd-check'); if (await create.count() && await create.first().isEnabled()) await create.first().click();
  await page.locator('.kd-import-foot .kd-button-primary').click();
  await page.waitForTimeout(300);
  await page.locator('.kd-import-step input').first().fill('13800001234 打来的');
  await page.locator('.kd-import-bases label').first().click();
  await page.locator('.kd-import-foot .kd-button-primary').click();
  await page.waitForTimeout(1500); await shot(page, '3-source-refused');
  await page.locator('.kd-import-step input').first().fill('2026 上海工博会展位登记');
  await page.locator('.kd-import-foot .kd-button-primary').click();
  await page.waitForTimeout(600); await shot(page, '4-checking');
  await page.waitForSelector('.kd-tally', { timeout: 60000 }); await page.waitForTimeout(500); await shot(page, '4-check');
  await page.locator('.kd-import-main').evaluate((b) => b.scrollTo(0, 500)); await page.waitForTimeout(200); await shot(page, '4-check-2');
  await page.locator('.kd-import-foot .kd-button-primary').click();
  await page.waitForTimeout(1800); await shot(page, '5-run');
  const pause = page.getByRole('button', { name: '暂停' }); if (await pause.count()) { await pause.click(); await page.waitForTimeout(1500); await shot(page, '5-paused'); await page.getByRole('button', { name: '继续' }).click().catch((e) => log(String(e))); }
  await page.waitForSelector('.kd-done', { timeout: 120000 }); await page.waitForTimeout(500); await shot(page, '6-done');
  const done = page.url();
  const [dl2] = await Promise.all([page.waitForEvent('download', { timeout: 8000 }).catch(() => null), page.getByRole('button', { name: /下载退回/ }).click().catch(() => null)]);
  log('rejects', dl2?.suggestedFilename());
  await page.getByRole('button', { name: /查看导入的/ }).click(); await page.waitForTimeout(2500); await shot(page, '6-list');
  await page.goto(URL + '/imports', { waitUntil: 'networkidle' }); await shot(page, '7-imports');
  await page.goto(done, { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: '撤销导入' }).click(); await page.locator('.kd-dialog-foot .kd-button-danger').click();
  await page.waitForTimeout(1500); await shot(page, '8-undoing');
  await page.waitForFunction(() => document.body.textContent.includes('已撤销'), null, { timeout: 90000 }).catch((e) => log(String(e).slice(0, 100))); await shot(page, '8-undone');
}
if (what === 'account') {
  const { page } = await open('ningjie.zhu');
  await page.goto(URL + '/account', { waitUntil: 'networkidle' }); await shot(page, 'account');
  const start = page.locator('#account-factor .kd-button-primary');
  if (await start.count()) {
    await start.click(); await page.waitForTimeout(1000); await shot(page, 'enrol');
    const secret = (await page.locator('.kd-enrol-secret').textContent()).replaceAll(' ', '');
    await page.locator('.kd-enrol input').fill('000000'); await page.locator('.kd-enrol .kd-button-primary').click(); await page.waitForTimeout(800); await shot(page, 'enrol-wrong');
    await page.locator('.kd-enrol input').fill(totp(secret)); await page.locator('.kd-enrol .kd-button-primary').click(); await page.waitForTimeout(1200); await shot(page, 'codes');
    await page.locator('.kd-overlay .kd-check').click(); await page.locator('.kd-overlay .kd-button-primary').click(); await page.waitForTimeout(1500); await shot(page, 'enrolled');
    await page.emulateMedia({ media: 'print' }); await page.emulateMedia({ media: 'screen' });
    await page.getByRole('button', { name: '移除' }).click().catch((e) => log('no remove', String(e).slice(0, 80))); await page.waitForTimeout(300);
    if (await page.locator('.kd-dialog-foot .kd-button-danger').count()) { await page.locator('.kd-dialog-foot .kd-button-danger').click(); await page.waitForTimeout(1200); await shot(page, 'removed'); }
  }
  await page.locator('#account-password button').first().click();
  const i = page.locator('#account-password input[type=password]');
  await i.nth(0).fill('wrong one'); await i.nth(1).fill('passwordpassword'); await i.nth(2).fill('passwordpassword'); await page.locator('#account-password .kd-button-primary').click(); await page.waitForTimeout(1500); await shot(page, 'password-wrong');
  await i.nth(0).fill('kedun demo 2026'); await page.locator('#account-password .kd-button-primary').click(); await page.waitForTimeout(1500); await shot(page, 'password-common');
  await page.goto(URL + '/o/account', { waitUntil: 'networkidle' }); await page.waitForTimeout(500);
  await page.locator('.kd-grid-body .kd-check').nth(0).click(); await page.locator('.kd-grid-body .kd-check').nth(1).click(); await page.waitForTimeout(300);
  await page.getByRole('button', { name: '删除' }).first().click().catch((e) => log('no delete', String(e).slice(0, 60))); await page.waitForTimeout(300);
  if (await page.locator('.kd-dialog-foot .kd-button-danger').count()) { await page.locator('.kd-dialog-foot .kd-button-danger').click(); await page.waitForTimeout(1500); }
  await page.goto(URL + '/bin', { waitUntil: 'networkidle' }); await page.waitForTimeout(800); await shot(page, 'bin');
  const row = page.locator('.kd-grid-body .kd-grid-row').first(); if (await row.count()) { await row.hover(); await page.locator('.kd-grid-actions button').first().click(); await page.waitForTimeout(1500); await shot(page, 'bin-restored'); }
}
if (what === 'bin') {
  const { page } = await open('ningjie.zhu');
  await page.goto(URL + '/bin', { waitUntil: 'networkidle' }); await page.waitForTimeout(800);
  const row = page.locator('.kd-grid-body .kd-grid-row').first(); await row.hover(); await page.locator('.kd-grid-body .kd-grid-actions button').first().click(); await page.waitForTimeout(1500); await shot(page, 'bin-restored');
  await page.locator('.kd-grid-body .kd-check').first().click(); await page.getByRole('button', { name: /恢复 1 条/ }).click(); await page.waitForTimeout(1500); await shot(page, 'bin-restored-2');
}
if (what === 'big') {
  const { page } = await open('yue.xu');
  await page.goto(URL + '/import/contact', { waitUntil: 'networkidle' });
  await page.setInputFiles('input[type=file]', '/tmp/fe2/big.csv');
  await page.waitForURL(/import=/, { timeout: 60000 }); await page.waitForTimeout(800);
  await page.locator('.kd-import-foot .kd-button-primary').click(); await page.waitForTimeout(300);
  await page.locator('.kd-import-step input').first().fill('客户大会签到');
  await page.locator('.kd-import-bases label').first().click();
  await page.locator('.kd-import-foot .kd-button-primary').click();
  await page.waitForSelector('.kd-tally', { timeout: 120000 });
  await page.locator('.kd-import-foot .kd-button-primary').click();
  await page.waitForTimeout(2500); await shot(page, 'big-run');
  await page.getByRole('button', { name: '暂停' }).click(); await page.waitForTimeout(1500); await shot(page, 'big-paused');
  await page.reload({ waitUntil: 'networkidle' }); await page.waitForTimeout(500); await shot(page, 'big-paused-reloaded');
  await page.getByRole('button', { name: '继续' }).click(); await page.waitForTimeout(1500);
  await page.getByRole('button', { name: '停止' }).click(); await page.waitForTimeout(300); await shot(page, 'big-stop-ask'); await page.locator('.kd-dialog-foot .kd-button-danger').click();
  await page.waitForSelector('.kd-done', { timeout: 20000 }); await page.waitForTimeout(500); await shot(page, 'big-cancelled');
  await page.getByRole('button', { name: '撤销导入' }).click(); await page.locator('.kd-dialog-foot .kd-button-danger').click(); await page.waitForTimeout(1500); await shot(page, 'big-undoing');
  await page.waitForFunction(() => document.querySelector('.kd-done h2')?.textContent === '已撤销', null, { timeout: 60000 }).catch((e) => log(String(e).slice(0, 90))); await shot(page, 'big-undone');
}
if (what === 'settings') {
  const { page } = await open('chun.zhang', process.argv[3]);
  await page.goto(URL + '/settings', { waitUntil: 'networkidle' }); await page.waitForTimeout(500); await shot(page, 'settings');
  await page.goto(URL + '/imports', { waitUntil: 'networkidle' }); await page.waitForTimeout(500); await shot(page, 'imports-none');
}
await browser.close();
