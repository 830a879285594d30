/** The bytes of the built page, route by route, against their budgets. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('every route keeps its budget', () => {
  // The check ends with an error when something is over; its words name it.
  const said = execFileSync(process.execPath, [fileURLToPath(new URL('../build/size.mjs', import.meta.url))]).toString();
  expect(said).toContain('signing in: document');
  expect(said.match(/everything cold/g)?.length).toBeGreaterThan(13);
});
