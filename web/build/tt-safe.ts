/**
 * Makes the component kit run under an enforced Trusted Types policy of `'none'`.
 *
 * The kit fills `<style>` elements through `innerHTML`, which the policy forbids. Assigning
 * `textContent` has the same effect on a style element and needs no policy. Each expected
 * assignment is listed with its count, so that an update of the kit which moves or adds one
 * fails the build instead of shipping a page that turns white in the browser.
 */
import type { Plugin } from 'vite';

export interface TtRule {
  /** Path of the module inside node_modules, with forward slashes. */
  readonly file: string;
  /** Number of `.innerHTML` occurrences that must be replaced in it. */
  readonly occurrences: number;
}

export const TT_RULES: readonly TtRule[] = [
  { file: '@rc-component/util/es/Dom/dynamicCSS.js', occurrences: 3 },
  { file: '@ant-design/icons/es/cssUtils.js', occurrences: 3 },
  { file: '@ant-design/cssinjs/es/util/index.js', occurrences: 1 },
];

/** Rules whose module is always in the bundle; the build fails when one was never transformed. */
export const TT_REQUIRED = ['@rc-component/util/es/Dom/dynamicCSS.js', '@ant-design/cssinjs/es/util/index.js'];

/** Packages in which an `innerHTML` assignment outside the list is an error. */
const WATCHED = /node_modules\/(@rc-component|@ant-design|antd)\//;
const ASSIGNMENT = /\.innerHTML\s*=[^=]/;

/** Returns the code with every listed assignment replaced; throws when the count differs. */
export function makeTtSafe(code: string, rule: TtRule): string {
  const found = code.split('.innerHTML').length - 1;
  if (found !== rule.occurrences) {
    throw new Error(
      `tt-safe: ${rule.file} holds ${found} uses of innerHTML, ${rule.occurrences} were expected; ` +
        'read the new version of the file and adjust TT_RULES',
    );
  }
  return code.replaceAll('.innerHTML', '.textContent');
}

/** Vite plugin that applies TT_RULES and refuses unlisted assignments in the kit. */
export function ttSafe(): Plugin {
  const seen = new Set<string>();
  return {
    name: 'kedun-tt-safe',
    enforce: 'pre',
    transform(code, id) {
      const path = id.replaceAll('\\', '/').split('?')[0] ?? id;
      const rule = TT_RULES.find((candidate) => path.endsWith(`node_modules/${candidate.file}`));
      if (rule) {
        seen.add(rule.file);
        return { code: makeTtSafe(code, rule), map: null };
      }
      if (WATCHED.test(path) && ASSIGNMENT.test(code)) {
        throw new Error(`tt-safe: ${path} assigns innerHTML and is not listed in TT_RULES`);
      }
      return null;
    },
    buildEnd(error) {
      if (error || this.meta.watchMode) return;
      const missing = TT_REQUIRED.filter((file) => !seen.has(file));
      if (missing.length > 0) {
        throw new Error(`tt-safe: never transformed: ${missing.join(', ')}`);
      }
    },
  };
}
