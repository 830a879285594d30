/** What is asked of a new password, and how codes and devices are written. No drawing here. */

/** The shortest password when it is the only factor, and when a second one is given with it. */
export const MIN_ALONE = 15;
export const MIN_WITH_FACTOR = 8;
export const MAX = 128;

export interface Rule { key: 'length' | 'differs' | 'again'; state: 'open' | 'met' | 'broken'; min?: number; have?: number }

/** The rules this page can judge; whether a password is too common the server says. */
export function passwordRules(input: { current: string; next: string; again: string }, withFactor: boolean): Rule[] {
  const min = withFactor ? MIN_WITH_FACTOR : MIN_ALONE;
  // Counted as people count: an emoji is one character.
  const have = [...input.next].length;
  const judge = (met: boolean, begun: boolean): Rule['state'] => (met ? 'met' : begun ? 'broken' : 'open');
  return [
    { key: 'length', min, have, state: have > MAX ? 'broken' : have >= min ? 'met' : 'open' },
    { key: 'differs', state: input.next === '' || input.current === '' ? 'open' : judge(input.next !== input.current, true) },
    { key: 'again', state: input.next === '' ? 'open' : judge(input.again === input.next, input.again.length >= input.next.length) },
  ];
}
export const rulesMet = (rules: readonly Rule[]): boolean => rules.every((rule) => rule.state === 'met');

export const plainCode = (code: string): string => code.replaceAll(/\s/g, '');
export const isCode = (code: string): boolean => /^\d{6}$/.test(plainCode(code).normalize('NFKC'));

export const isPhoneDevice = (device: string | null): boolean => /iphone|android|mobile|ipad|harmony/i.test(device ?? '');

/** The text file of recovery codes. */
export function codesText(head: readonly string[], codes: readonly string[]): string {
  return [...head, '', ...codes.map((code, at) => `${String(at + 1).padStart(2, ' ')}. ${code}`), ''].join('\r\n');
}
