/** `npm run openapi`: writes the description of the administrators' API to docs/api, from the schemas that the function uses. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeApi } from '../protocol/admin/openapi.ts';
import { root } from './bundle.ts';

export const descriptionPath = join(root, 'docs', 'api', 'openapi.json');

/** The file's text. Where an installation is, its own description (`GET /v1/openapi.json`) says. */
export function descriptionText(): string {
  return `${JSON.stringify(describeApi('https://api.example.com'), undefined, 2)}\n`;
}

if (import.meta.main) {
  mkdirSync(dirname(descriptionPath), { recursive: true });
  writeFileSync(descriptionPath, descriptionText());
  process.stdout.write(`Wrote ${descriptionPath}.\n`);
}
