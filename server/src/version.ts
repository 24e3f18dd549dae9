import { readFileSync } from 'node:fs';

/** Version of the package that runs, from its `package.json` (beside `src` as beside `dist`). */
export const version: string = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string }).version;
