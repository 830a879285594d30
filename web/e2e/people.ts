/** What people do in a browser, in the words of the page. */
import { createHmac } from 'node:crypto';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { demoCode, PASSWORD, type Server } from './server.mjs';

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'] });
}

/** A browser window; what goes wrong in it is collected. */
export interface Window { page: Page; context: BrowserContext; faults: string[] }

export async function open(browser: Browser, look: { phone?: boolean } = {}): Promise<Window> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'zh-CN', reducedMotion: 'reduce', viewport: look.phone ? { width: 390, height: 844 } : { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('request', (request) => request.url().endsWith('/csp-reports') && faults.push(`content policy: ${request.postData() ?? ''}`));
  page.on('request', (request) => !request.url().startsWith('https://127.0.0.1') && !/^(data|blob):/.test(request.url()) && faults.push(`foreign: ${request.url()}`));
  return { page, context, faults };
}

/** Signs in with the demo password, and with a code where one is asked for. */
export async function signIn({ page }: Window, server: Server, role: string): Promise<void> {
  const login = server.login(role) ?? '';
  await page.goto(`${server.url}/sign-in`);
  await page.locator('.kd-signin input').first().fill(login);
  await page.locator('.kd-signin input[type=password]').fill(PASSWORD);
  await page.locator('.kd-signin button[type=submit]').click();
  const code = page.locator('.kd-otp');
  const inside = page.locator('nav');
  await code.or(inside).first().waitFor();
  if (await code.count()) {
    const box = (await code.evaluate((one) => one.tagName)) === 'INPUT' ? code : code.locator('input');
    await box.fill(demoCode(login));
    await page.locator('.kd-signin button[type=submit]').click();
  }
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}

/** The code of a base32 secret now (RFC 6238). */
export function totp(secret: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = '';
  for (const letter of secret.replaceAll(/[\s=]/g, '').toUpperCase()) bits += letters.indexOf(letter).toString(2).padStart(5, '0');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
