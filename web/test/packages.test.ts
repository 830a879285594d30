import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, { resolved?: string; hasInstallScript?: boolean; dev?: boolean; optional?: boolean; license?: string }> };
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;

describe('packages', () => {
  it('are pinned exactly', () => {
    for (const part of ['dependencies', 'devDependencies']) for (const [name, version] of Object.entries(manifest[part] ?? {})) expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('come from whatever registry is set up, and run no scripts', () => {
    for (const [name, entry] of Object.entries(lock.packages)) {
      expect(entry.resolved, name).toBeUndefined();
      expect(entry.hasInstallScript ?? false, name).toBe(false);
    }
  });

  it('stay few at run time', () => {
    const runtime = Object.entries(lock.packages).filter(([name, entry]) => name && !entry.dev && !entry.optional);
    expect(runtime.length).toBeLessThanOrEqual(120);
  });
});
