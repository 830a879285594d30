/** The real server for browser tests: started as a user would, on either engine, ended with the test. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const BIN = process.env.KEDUN_BIN ?? new URL('../../target/debug/kedun', import.meta.url).pathname;
export const PASSWORD = 'kedun demo 2026';

/** Starts `kedun` with these words and resolves when it prints its address. */
export function start(words, { timeout = 90_000 } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'kedun-e2e-'));
  const child = spawn(BIN, [...words, '--data', join(dir, 'data'), '--root-key-file', join(dir, 'root.key'), '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const stop = () => new Promise((resolve) => {
    if (child.exitCode !== null) resolve();
    child.once('exit', resolve);
    child.kill('SIGTERM');
  }).finally(() => rmSync(dir, { recursive: true, force: true }));
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => { child.kill('SIGKILL'); reject(new Error(`the server did not start:\n${said}`)); }, timeout);
    const hear = (data) => {
      said += data;
      const url = /https:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      // The table of logins ends with this line, the first start with its link.
      if (url && (said.includes('All data is invented') || said.includes('/setup#'))) {
        clearTimeout(late);
        resolve({ url, said, stop, link: /https:\/\/\S+\/setup#\S+/.exec(said)?.[0], login: (role) => new RegExp(`^\\s+${role}\\s+(\\S+)`, 'm').exec(said)?.[1] });
      }
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', (data) => { said += data; });
    child.once('exit', (code) => { clearTimeout(late); reject(new Error(`the server ended with ${code}:\n${said}`)); });
  });
}

/** The six digits that the authenticator of a demo login shows now. */
export function demoCode(login) {
  return execFileSync(BIN, ['demo', '--code', login]).toString().trim();
}
