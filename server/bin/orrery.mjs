#!/usr/bin/env -S node --max-semi-space-size=2 --v8-pool-size=2
// The command itself is built; this file is there before, so that `npm ci` on a fresh clone can link it.
import { existsSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

const main = new URL('../dist/main.js', import.meta.url);
const [major = 0] = process.versions.node.split('.').map(Number);
if (!existsSync(main)) stop('it is not built yet: run «npm run build»');
else if (major < 24) stop(`it needs Node 24, and this is ${process.versions.node}: start it with «npx orrery», which finds the Node that the project brings`);
else {
  // Libraries check themselves otherwise, field by field.
  process.env.NODE_ENV ??= 'production';
  // The first line of a script may be no longer than 127 bytes everywhere; what can be set later is.
  for (const flag of JSON.parse(readFileSync(new URL('process.json', import.meta.url), 'utf8')).v8Flags) setFlagsFromString(flag);
  await import(main.href);
}

function stop(reason) {
  process.stderr.write(`orrery: ${reason}\n`);
  process.exitCode = 1;
}
