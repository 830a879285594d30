/**
 * Takes pictures of pages for review: `node e2e/shots.mjs OUT [name…]`.
 * Each page is taken in light and dark; phone and English where the scene says so.
 */
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { serve } from './fixture/serve.mjs';
import { scenes } from './scenes.mjs';

const [out = 'test-results/shots', ...only] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const server = await serve({ contacts: 2000 });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const scene of scenes.filter((one) => only.length === 0 || only.some((word) => one.name.includes(word)))) {
  for (const look of scene.looks ?? ['light']) {
    const phone = look.includes('phone');
    const dark = look.includes('dark');
    const english = look.includes('en');
    server.state.signedIn = scene.signedIn !== false;
    const restore = scene.prepare?.(server.state);
    const context = await browser.newContext({ viewport: phone ? { width: 390, height: 844 } : { width: 1440, height: 900 }, deviceScaleFactor: phone ? 2 : 1, colorScheme: dark ? 'dark' : 'light', locale: english ? 'en-GB' : 'zh-CN', reducedMotion: 'reduce' });
    const page = await context.newPage();
    const problems = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(String(error)));
    await page.goto(server.url + scene.path, { waitUntil: 'networkidle' });
    try {
      await scene.act?.(page, { phone });
    } catch (error) {
      problems.push(String(error).split('\n')[0]);
    }
    await page.waitForTimeout(250);
    await page.screenshot({ path: `${out}/${scene.name}-${look}.png` });
    process.stdout.write(`${scene.name}-${look}${problems.length ? `\n   ${problems.join('\n   ')}` : ''}\n`);
    restore?.();
    await context.close();
  }
}
if (server.state.reports.length) process.stdout.write(`CSP reports: ${server.state.reports.length}\n${server.state.reports.slice(0, 3).join('\n')}\n`);
await browser.close();
await server.close();
