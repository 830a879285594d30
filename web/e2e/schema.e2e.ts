/** The types of the page against the document that the server itself prints. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { schemaFile } from '../build/schema.mjs';
import { BIN } from './server.mjs';

it('the checked-in types are those of the server', async () => {
  const printed = execFileSync(BIN, ['openapi'], { maxBuffer: 16_000_000 }).toString();
  const kept = readFileSync(new URL('../src/api/schema.d.ts', import.meta.url), 'utf8');
  expect(kept === (await schemaFile(printed)), 'web/src/api/schema.d.ts: make it again with npm run schema').toBe(true);
}, 60_000);
