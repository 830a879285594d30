/**
 * Every action that the program writes has words in both languages: the codes are read out of the
 * Rust sources, so that a new one cannot reach the officers as a bare code.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import zh from '@/i18n/zh-CN.json';
import en from '@/i18n/en.json';
import { codeKey, FAMILIES, SINGLE_ACTIONS } from './actions';

/** Tools for tests and measurements write what they like. */
const TOOLS = /^kedun-(bench|fuzz|testkit|verify)$/;
/** Codes that look like actions and are none: reasons and refusals. */
const NO_ACTION = /^(access\.(changed|guard|step_up|organisation)|role\.(seed_moved|refused|officer_exists|may_not_grant)|import\.(batch_done|cancelled|state)|record\.(version_changed|exists))$/;

const CODE = /"([a-z]+(?:_[a-z]+)*\.[a-z]+(?:_[a-z]+)*)"/g;
/** Where an action is named: a draft, a helper that makes one, a field or a variable `action`, a constant. */
const PLACES: readonly RegExp[] = [
  /EventDraft::new\(([\s\S]*?)[oO]utcome/g,
  /\b(?:event|begin|set_status|start_run|refused|found|require|steer|act)\(\s*((?:&?[\w.]+(?:\(\))?,\s*|&?\[[^\]]*\],\s*|Capability::\w+,\s*)*"[^"]+")/g,
  /\baction:\s*("[^"]+")/g,
  /let action\b[^=]*=([\s\S]*?);/g,
];
const CONSTANT = /const \w+: &str = ("[^"]+");/g;

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((one) => {
    if (one.isDirectory()) return one.name === 'tests' ? [] : sources(join(folder, one.name));
    return one.name.endsWith('.rs') && one.name !== 'tests.rs' ? [join(folder, one.name)] : [];
  });
}

export function actionsIn(text: string): string[] {
  const own = text.split('#[cfg(test)]\nmod tests {')[0] ?? text;
  const families = FAMILIES.map((one) => one.key);
  const places = /EventDraft|\.event\(|\.receipt\(|action/.test(own) ? [...PLACES, CONSTANT] : PLACES;
  return places
    .flatMap((place) => [...own.matchAll(place)].map((hit) => hit[1] ?? ''))
    .flatMap((piece) => [...piece.matchAll(CODE)].map((hit) => hit[1] ?? ''))
    .filter((code) => !NO_ACTION.test(code) && (families.some((family) => code.startsWith(family)) || !/^(field|factor|person|bulk|job\.cancelled)/.test(code)));
}

const crates = resolve(process.cwd(), '../crates');
const codes = [...new Set(readdirSync(crates).filter((crate) => !TOOLS.test(crate)).flatMap((crate) => sources(join(crates, crate, 'src'))).flatMap((file) => actionsIn(readFileSync(file, 'utf8'))))].sort();
type Texts = Record<string, string>;
const without = (texts: Texts): string[] => codes.filter((code) => !texts[codeKey(code)]);

describe('the words of the log', () => {
  it('finds the actions in the sources', () => {
    expect(codes.length).toBeGreaterThan(70);
    expect(codes).toEqual(expect.arrayContaining(['record.reveal', 'people.move', 'people.update', 'view.create', 'import.pause', 'schema.install', 'share.revoke', 'evidence.head', 'page.printed']));
  });
  it.each([['zh', zh], ['en', en]])('has a name and a sentence for each of them (%s)', (_, texts) => {
    expect(without(texts.evidence.action)).toEqual([]);
    expect(without(texts.evidence.say)).toEqual([]);
  });
  it('has a family in the filter for each of them', () => {
    expect(codes.filter((code) => !FAMILIES.some((family) => code.startsWith(family.key)))).toEqual([]);
    expect(SINGLE_ACTIONS.filter((code) => !codes.includes(code))).toEqual([]);
  });
  it('notices a code that has no words', () => {
    expect(actionsIn('let e = EventDraft::new("record.folded", Outcome::Ok);')).toEqual(['record.folded']);
    expect(actionsIn('self.event(caller, "team.sung", Outcome::Ok, &[])')).toEqual(['team.sung']);
  });
});
