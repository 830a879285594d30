/** Fetches the files of the app while the person types, so that it opens at once afterwards. */

import { preferences } from '@/theme/choices';

/** The texts of a language: only those in use are wanted. */
const TEXTS = /\/(zh-CN|en)-[\w-]+\.js$/;

interface Connection { saveData?: boolean }

export function fetchAfterwards(): void {
  const files = document.querySelector<HTMLMetaElement>('meta[name=kd-afterwards]')?.content.split(' ').filter(Boolean) ?? [];
  const connection = (navigator as Navigator & { connection?: Connection }).connection;
  if (files.length === 0 || connection?.saveData) return;
  const run = async (): Promise<void> => {
    // One after the other: what the person does always comes first.
    for (const file of files.filter((one) => (TEXTS.exec(one)?.[1] ?? preferences().language) === preferences().language)) await fetch(file, { priority: 'low', credentials: 'same-origin' }).then((answer) => answer.arrayBuffer()).catch(() => undefined);
  };
  if ('requestIdleCallback' in window) window.requestIdleCallback(() => void run(), { timeout: 4000 });
  else globalThis.setTimeout(() => void run(), 1200);
}
