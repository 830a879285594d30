import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeTtSafe, TT_RULES } from '../build/tt-safe';

const modules = join(import.meta.dirname, '../node_modules');

function* scripts(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* scripts(path);
    else if (path.endsWith('.js')) yield path;
  }
}

describe('Trusted Types', () => {
  it.each(TT_RULES)('replaces every use in $file', (rule) => {
    const safe = makeTtSafe(readFileSync(join(modules, rule.file), 'utf8'), rule);
    expect(safe).not.toContain('innerHTML');
    expect(safe.split('.textContent').length - 1).toBeGreaterThanOrEqual(rule.occurrences);
  });

  it('fails when a file has changed', () => {
    const rule = { file: 'x.js', occurrences: 1 };
    expect(() => makeTtSafe('a.innerHTML = b; c.innerHTML = d;', rule)).toThrow(/2 uses/);
    expect(() => makeTtSafe('a.textContent = b;', rule)).toThrow(/0 uses/);
  });

  it('knows every assignment in the component kit', () => {
    const listed = new Set(TT_RULES.map((rule) => rule.file));
    const found: string[] = [];
    for (const scope of ['@rc-component', '@ant-design']) {
      for (const name of readdirSync(join(modules, scope))) {
        const folder = join(modules, scope, name, 'es');
        if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) continue;
        for (const path of scripts(folder)) if (/\.innerHTML\s*=[^=]/.test(readFileSync(path, 'utf8'))) found.push(path.slice(modules.length + 1));
      }
    }
    for (const path of scripts(join(modules, 'antd/es'))) if (/\.innerHTML\s*=[^=]/.test(readFileSync(path, 'utf8'))) found.push(path.slice(modules.length + 1));
    expect(found.filter((path) => !listed.has(path))).toEqual([]);
    expect(found.length).toBe(TT_RULES.length);
  });
});
