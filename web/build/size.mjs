/** Checks the byte budgets of the built page. Reads dist/.vite/manifest.json, sizes are gzip. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';

const DIST = process.env.KEDUN_DIST ?? new URL('../dist/', import.meta.url).pathname;
const KB = 1024;
/** `signIn` is everything that the page for signing in needs; `open` and `cold` are all scripts that must arrive before the page can be used, by somebody who was never here. */
const BUDGETS = { firstList: 300 * KB, route: 80 * KB, kit: 170 * KB, css: 40 * KB, signIn: 30 * KB, open: 200 * KB, cold: 380 * KB };

const manifest = JSON.parse(readFileSync(join(DIST, '.vite/manifest.json'), 'utf8'));
const sizes = new Map();
const gz = (file) => {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(DIST, file)), { level: 9 }).length);
  return sizes.get(file);
};

/** Collects the chunk keys that a chunk loads statically, itself included. */
function closure(key, into = new Set()) {
  if (into.has(key)) return into;
  into.add(key);
  for (const next of manifest[key]?.imports ?? []) closure(next, into);
  return into;
}
const filesOf = (keys) => new Set([...keys].map((key) => manifest[key].file));
const cssOf = (keys) => new Set([...keys].flatMap((key) => manifest[key].css ?? []));
const sum = (files) => [...files].reduce((total, file) => total + gz(file), 0);
const kb = (bytes) => `${(bytes / KB).toFixed(1)} KB`;

const keys = Object.keys(manifest);
const entry = keys.find((key) => key === 'index.html');
const signIn = keys.find((key) => key === 'sign-in.html');
/** The chunk of a source, or the group of chunks it was put into (see vite.config.ts). */
const GROUPED = { 'src/app/Shell.tsx': 'shell', 'src/features/records/ListPage.tsx': 'list' };
const keyOf = (suffix) => keys.find((key) => key.endsWith(suffix)) ?? keys.find((key) => GROUPED[suffix] !== undefined && manifest[key].name === GROUPED[suffix]);
if (!entry || !signIn) throw new Error('size: no entry in the manifest');

const first = new Set();
for (const key of [entry, keyOf('src/i18n/zh-CN.ts'), keyOf('src/app/Shell.tsx'), keyOf('src/features/records/ListPage.tsx')]) {
  if (!key) throw new Error('size: a chunk of the first list is missing from the manifest');
  closure(key, first);
}

const failures = [];
const line = (name, size, budget) => {
  const ok = size <= budget;
  if (!ok) failures.push(name);
  process.stdout.write(`${ok ? 'ok  ' : 'OVER'} ${name.padEnd(46)} ${kb(size).padStart(10)} of ${kb(budget)}\n`);
};

const light = closure(signIn);
line('signing in: document, JS and style sheets', gz('sign-in.html') + sum(filesOf(light)) + sum(cssOf(light)), BUDGETS.signIn);
line('shell + first list, JS', sum(filesOf(first)), BUDGETS.firstList);
const allCss = new Set(keys.flatMap((key) => manifest[key].css ?? []));
line('all style sheets', sum(allCss), BUDGETS.css);
line('style sheets of the first list', sum(cssOf(first)), BUDGETS.css);

const loaded = filesOf(first);
/** Chunks of the component kit: paid once for all forms, never part of the first list. */
const isKit = (file) => /\/kit-[^/]*\.js$/.test(file);
if ([...loaded].some(isKit)) failures.push('the first list loads the component kit');
line('component kit, all of it, JS', sum(new Set(keys.map((key) => manifest[key].file).filter(isKit))), BUDGETS.kit);
for (const key of keys.filter((candidate) => /src\/features\/.*Page\.tsx$/.test(candidate) && manifest[candidate].isDynamicEntry)) {
  const own = [...filesOf(closure(key))].filter((file) => !loaded.has(file) && !isKit(file));
  line(key.replace('src/features/', 'route '), sum(own), BUDGETS.route);
  // Pages without the shell load nothing but themselves.
  const base = [entry, keyOf('src/i18n/zh-CN.ts'), ...(key.includes('/session/') ? [] : [keyOf('src/app/Shell.tsx')])];
  const cold = new Set();
  for (const one of [...base, key]) closure(one, cold);
  line(`${key.replace(/.*\/|\.tsx/g, '')}, everything cold`, sum(filesOf(cold)), key.includes('/session/') ? BUDGETS.open : BUDGETS.cold);
}
if (failures.length > 0) {
  process.stderr.write(`over budget: ${failures.join(', ')}\n`);
  process.exit(1);
}
