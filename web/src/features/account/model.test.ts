import { describe, expect, it } from 'vitest';
import { codesText, isCode, isPhoneDevice, passwordRules, rulesMet } from './model';

const states = (input: { current: string; next: string; again: string }, factor = false): string[] => passwordRules(input, factor).map((rule) => rule.state);

describe('rules of a password', () => {
  it('are open until something is typed', () => {
    expect(states({ current: '', next: '', again: '' })).toEqual(['open', 'open', 'open']);
  });

  it('ask for fifteen characters alone and eight beside a second factor', () => {
    const typed = { current: 'old', next: 'twelve chars', again: 'twelve chars' };
    expect(rulesMet(passwordRules(typed, false))).toBe(false);
    expect(rulesMet(passwordRules(typed, true))).toBe(true);
  });

  it('count characters as people do, up to a limit', () => {
    expect(passwordRules({ current: 'a', next: '🐼'.repeat(8), again: '' }, true)[0]).toMatchObject({ have: 8, state: 'met' });
    expect(states({ current: 'a', next: 'x'.repeat(129), again: '' })[0]).toBe('broken');
  });

  it('want another password, twice the same', () => {
    expect(states({ current: 'one good sentence', next: 'one good sentence', again: 'one good' })).toEqual(['met', 'broken', 'open']);
    expect(states({ current: 'x', next: 'one good sentence', again: 'one good sentencE' })).toEqual(['met', 'met', 'broken']);
  });
});

describe('codes', () => {
  it('have six digits, with spaces and full width too', () => {
    expect(['123456', '123 456', '１２３４５６'].map(isCode)).toEqual([true, true, true]);
    expect(['12345', '1234567', 'abcdef'].map(isCode)).toEqual([false, false, false]);
  });

  it('go into a file that every editor opens', () => {
    expect(codesText(['Head'], ['aa', 'bb'])).toBe('Head\r\n\r\n 1. aa\r\n 2. bb\r\n');
  });
});

it('tells a phone from a computer', () => {
  expect(isPhoneDevice('Safari · iPhone')).toBe(true);
  expect(isPhoneDevice('Edge · Windows')).toBe(false);
  expect(isPhoneDevice(null)).toBe(false);
});
