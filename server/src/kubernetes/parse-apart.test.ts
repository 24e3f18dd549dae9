import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { parseManifests } from '../validation/parse/parse-manifests.ts';
import { parseApart } from './parse-apart.ts';

const options = { cluster: 'c', defaultNamespace: 'default' };
const service = (n: number): string => `apiVersion: v1\nkind: Service\nmetadata: { name: s${n}, labels: { n: "${n}" } }\nspec: { selector: { app: a${n} } }\n`;

it('a long text gives what it gives when it is read in place', async () => {
  const text = `${Array.from({ length: 300 }, (_, n) => service(n)).join('---\n')}---\nkind: Gateway\n---\n${JSON.stringify({
    apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } }, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'b' } }],
  })}`;
  const here = parseManifests('f', text, options);
  expect(here.objects).toHaveLength(302);
  expect(here.problems).toHaveLength(1);
  expect(await parseApart({ file: 'f', text, options })).toEqual(here);
});

it('a text that takes too long is a problem, and others go on meanwhile', async () => {
  const hostile = `a: ${'['.repeat(2_000_000)}`;
  let turns = 0;
  const counting = new AbortController();
  const others = (async () => { for (; !counting.signal.aborted; turns++) await sleep(10); })();
  expect(await parseApart({ file: 'f', text: hostile, options }, 1_000)).toEqual({ objects: [], problems: [{ file: 'f', line: 1, column: 1, message: 'cannot be read within 1 s; send it in parts' }] });
  counting.abort();
  await others;
  expect(turns).toBeGreaterThan(5);
});
