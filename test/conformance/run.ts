import { parseArgs } from 'node:util';
import { runSuites } from './runner.ts';
import { suites } from './suites.ts';

const { positionals: chosen, values } = parseArgs({ allowPositionals: true, options: { help: { type: 'boolean', short: 'h' } } });
const write = (text: string): void => { process.stdout.write(text); };
const unknown = chosen.filter((name) => !Object.hasOwn(suites, name));
if (values.help === true) {
  write(`usage: npm run conformance [-- suite…]\n\nsuites: ${Object.keys(suites).join(', ')}\nWithout a name all of them run. The last line is JSON.\n`);
} else if (unknown.length > 0) {
  process.stderr.write(`unknown suite: ${unknown.join(', ')}; known are ${Object.keys(suites).join(', ')}\n`);
  process.exitCode = 2;
} else {
  const wanted = Object.fromEntries(Object.entries(suites).filter(([name]) => chosen.length === 0 || chosen.includes(name)));
  // What a part left open (a socket, a timer) does not hold the end up.
  process.exit(await runSuites(wanted, write));
}
