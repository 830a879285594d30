/**
 * What the light sign-in page is given when it is built: the few texts and icons it draws, and the
 * names of the files that the app will ask for next. In development it answers `/sign-in`.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { IndexHtmlTransformContext, Plugin } from 'vite';
import en from '../src/i18n/en.json';
import zh from '../src/i18n/zh-CN.json';

const ID = 'virtual:kedun-light';
const RESOLVED = '\0kedun-light';

/** Keys of texts, or of whole groups when they end with a dot. */
export const TEXTS = ['app.name', 'signIn.', 'language.zh', 'language.en', 'appearance.light', 'appearance.dark', 'common.showPassword', 'common.hidePassword', 'common.retry', 'common.sentenceGap', 'error.offline', 'error.offlineTitle'];
export const ICONS = ['eye', 'eye-off', 'languages', 'loader-circle', 'lock', 'moon', 'shield-check', 'sun', 'triangle-exclamation-point', 'users'];

type Tree = { [key: string]: string | Tree };

/** The listed texts of one language, by their whole key. */
export function pickTexts(tree: Tree, prefix = ''): Record<string, string> {
  return Object.fromEntries(Object.entries(tree).flatMap(([name, value]) => {
    const key = prefix + name;
    if (typeof value !== 'string') return Object.entries(pickTexts(value, `${key}.`));
    return TEXTS.some((one) => (one.endsWith('.') ? key.startsWith(one) : key === one)) ? [[key, value]] : [];
  }));
}

type Glyph = [tag: string, attributes: Record<string, string>][];

async function pickIcons(): Promise<Record<string, Glyph>> {
  const folder = new URL('../node_modules/lucide-react/dist/esm/icons/', import.meta.url);
  const known = new Set(readdirSync(fileURLToPath(folder)));
  const icons: Record<string, Glyph> = {};
  for (const name of ICONS) {
    if (!known.has(`${name}.mjs`)) throw new Error(`light: there is no icon ${name}`);
    const { __iconData } = (await import(pathToFileURL(fileURLToPath(new URL(`${name}.mjs`, folder))).href)) as { __iconData: { node: Glyph } };
    icons[name] = __iconData.node.map(([tag, { key: _key, ...attributes }]) => [tag, attributes]);
  }
  return icons;
}

/** Files of the app's first page, in the order in which they are asked for. */
export function filesAfterwards(bundle: NonNullable<IndexHtmlTransformContext['bundle']>): string[] {
  const chunks = Object.values(bundle).flatMap((one) => (one.type === 'chunk' ? [one] : []));
  const files = new Set<string>();
  const add = (chunk: (typeof chunks)[number] | undefined): void => {
    if (!chunk || files.has(chunk.fileName)) return;
    files.add(chunk.fileName);
    for (const css of (chunk as { viteMetadata?: { importedCss: Set<string> } }).viteMetadata?.importedCss ?? []) files.add(css);
    for (const name of chunk.imports) add(chunks.find((one) => one.fileName === name));
  };
  for (const end of ['/index.html', 'src/i18n/zh-CN.ts', 'src/i18n/en.ts', 'src/app/Shell.tsx', 'src/features/home/HomePage.tsx']) {
    // A source stands alone in its chunk or was put into one with others (see vite.config.ts).
    const found = chunks.find((one) => one.facadeModuleId?.endsWith(end)) ?? chunks.find((one) => one.moduleIds.some((id) => id.endsWith(end)));
    if (!found) throw new Error(`light: no chunk for ${end}`);
    add(found);
  }
  return [...files];
}

export function light(): Plugin {
  return {
    name: 'kedun-light',
    resolveId: (id) => (id === ID ? RESOLVED : null),
    load: async (id) => (id === RESOLVED
      ? `export const texts = ${JSON.stringify({ 'zh-CN': pickTexts(zh as Tree), en: pickTexts(en as Tree) })};\nexport const icons = ${JSON.stringify(await pickIcons())};\n`
      : null),
    configureServer: (server) => {
      server.middlewares.use((request, _response, next) => {
        if (/^\/sign-in\/?(\?|$)/.test(request.url ?? '')) request.url = '/sign-in.html';
        next();
      });
    },
    transformIndexHtml: {
      order: 'post',
      handler: (_html, context) => {
        if (!context.bundle || !context.path.endsWith('sign-in.html')) return [];
        return [{ tag: 'meta', attrs: { name: 'kd-afterwards', content: filesAfterwards(context.bundle).map((file) => `/${file}`).join(' ') }, injectTo: 'head' }];
      },
    },
  };
}
