// Fails when a committed generated file is not what its generator makes now, and says how to make it.
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { currentSchema, schemaFile } from '../server/src/api/print-schema.ts';
import { checkPages } from '../server/src/validation/print-checks.ts';

const root = resolve(import.meta.dirname, '..');
const generated = [
  { file: fileURLToPath(schemaFile), content: currentSchema(), command: 'node server/src/api/print-schema.ts' },
  ...checkPages().map((page) => ({ ...page, command: 'node server/src/validation/print-checks.ts' })),
];

let stale = 0;
for (const { file, content, command } of generated) {
  let committed = '';
  try {
    committed = readFileSync(file, 'utf8');
  } catch {
    // a missing file is a stale one
  }
  if (committed === content) continue;
  stale++;
  process.stderr.write(`stale: ${relative(root, file)}; make it again with: npx ${command}\n`);
}
process.exit(stale === 0 ? 0 : 1);
