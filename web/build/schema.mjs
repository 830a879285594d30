/**
 * Writes the shapes of the API from the document that the server prints:
 * `kedun openapi | node build/schema.mjs > src/api/schema.d.ts`. The first line holds the hash of
 * the document, by which the server's own tests see that the file is current.
 */
import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

/** The file for a document as printed. */
export async function schemaFile(printed) {
  const document = JSON.parse(printed);
  const hash = createHash('sha256').update(printed.trimEnd()).digest('hex');
  // Addresses are templates in the code; what is shared with the server are the shapes.
  const { components: { schemas } } = document;
  const nodes = await openapiTS({ openapi: document.openapi, info: document.info, paths: {}, components: { schemas } });
  const text = astToString(nodes);
  const start = text.indexOf('export interface components');
  const end = text.indexOf('\nexport ', start + 1);
  const shapes = text.slice(start, end < 0 ? undefined : end).split('\n').filter((line) => !/^ {4}(responses|parameters|requestBodies|headers|pathItems): never;$/.test(line)).join('\n').trimEnd();
  return `// Document ${hash}. Made by build/schema.mjs; do not edit.\n${shapes}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  let printed = '';
  for await (const part of process.stdin.setEncoding('utf8')) printed += part;
  process.stdout.write(await schemaFile(printed));
}
