/** Short names for the browsers that a session or an event was seen with. */

const BROWSERS: readonly [RegExp, string][] = [
  [/MicroMessenger/, 'WeChat'], [/DingTalk/, 'DingTalk'], [/Lark|Feishu/, 'Feishu'], [/QQBrowser/, 'QQ Browser'], [/UCBrowser/, 'UC Browser'], [/EdgA?\/|EdgiOS/, 'Edge'], [/OPR\//, 'Opera'],
  [/Firefox\/|FxiOS/, 'Firefox'], [/HuaweiBrowser/, 'Huawei Browser'], [/HeadlessChrome|Chrome\/|CriOS/, 'Chrome'], [/Version\/.*Safari/, 'Safari'],
];
const SYSTEMS: readonly [RegExp, string][] = [
  [/OpenHarmony|HarmonyOS/, 'HarmonyOS'], [/iPhone/, 'iPhone'], [/iPad/, 'iPad'], [/Android/, 'Android'], [/Windows/, 'Windows'], [/Mac OS X|Macintosh/, 'macOS'], [/CrOS/, 'ChromeOS'], [/Linux|X11/, 'Linux'],
];

const first = (rules: readonly [RegExp, string][], text: string): string | undefined => rules.find(([rule]) => rule.test(text))?.[1];

/** `Chrome · Windows` from what a browser says of itself; a text of another form stays as it is. */
export function deviceName(text: string | null | undefined): string {
  if (!text?.startsWith('Mozilla/')) return text ?? '';
  const parts = [first(BROWSERS, text), first(SYSTEMS, text)].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(' · ') : text;
}
