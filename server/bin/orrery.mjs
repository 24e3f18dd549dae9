#!/usr/bin/env -S node --max-semi-space-size=4 --v8-pool-size=1
// The command itself is built; this file is there before, so that `npm ci` on a fresh clone can link it.
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
const [major = 0] = process.versions.node.split('.').map(Number);
if (!existsSync(main)) stop('it is not built yet: run «npm run build»');
else if (major < 24) stop(`it needs Node 24, and this is ${process.versions.node}: start it with «npx orrery», which finds the Node that the project brings`);
else {
  // Libraries check themselves otherwise, field by field.
  process.env.NODE_ENV ??= 'production';
  await import(main.href);
}

function stop(reason) {
  process.stderr.write(`orrery: ${reason}\n`);
  process.exitCode = 1;
}
