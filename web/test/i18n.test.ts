import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import en from '../src/i18n/en.json';
import zh from '../src/i18n/zh-CN.json';

type Tree = { [key: string]: string | Tree };
const flat = (tree: Tree, prefix = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) => (typeof value === 'string' ? [[prefix + key, value] as [string, string]] : flat(value, `${prefix}${key}.`)));
const source = new Map(flat(zh as Tree));
const english = new Map(flat(en as Tree));
const variables = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort();

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : /\.tsx?$/.test(name) && !/\.test\./.test(name) ? [path] : [];
  });
}

const plural = (key: string): string => key.replace(/_(zero|one|two|few|many|other)$/, '');

describe('texts', () => {
  it('exist in both languages', () => {
    const strip = (keys: Iterable<string>): string[] => [...new Set([...keys].map(plural))].sort();
    expect(strip(english.keys())).toEqual(strip(source.keys()));
  });

  it('use the same variables', () => {
    for (const [key, text] of source) expect(variables(english.get(key) ?? english.get(`${key}_other`) ?? text), key).toEqual(variables(text));
  });

  it('hold no Chinese in English', () => {
    for (const [key, text] of english) if (!key.startsWith('language.')) expect(text, key).not.toMatch(/[\u3400-\u9fff]/);
  });

  it('exist for every key in the code', () => {
    const missing: string[] = [];
    for (const path of files(join(import.meta.dirname, '../src'))) {
      const code = readFileSync(path, 'utf8');
      for (const match of code.matchAll(/\bt\(\s*'([\w.]+)'/g)) {
        const key = match[1] ?? '';
        if (!source.has(key) && !source.has(`${key}_other`)) missing.push(`${path.split('/src/')[1]}: ${key}`);
      }
      for (const match of code.matchAll(/\bt\(`([\w.]+)\.\$\{/g)) {
        const prefix = `${match[1]}.`;
        if (![...source.keys()].some((key) => key.startsWith(prefix))) missing.push(`${path.split('/src/')[1]}: ${prefix}*`);
      }
    }
    expect(missing).toEqual([]);
  });
});
