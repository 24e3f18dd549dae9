import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locatePath, locateRange } from './locate.ts';
import { JsonText } from './locate-json.ts';
import { parseManifests } from './parse-manifests.ts';

const name = fc.constantFrom('a', 'b', 'spec', 'x-y', 'app.io/name', 'ünï', '"', '\\');
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 4, withCrossShrink: true }, fc.integer(), fc.string(), fc.boolean(), fc.constant(null), fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true })),
}));
const plainKeys = ['a', 'b', 'spec', 'app.io/name'];

describe('a place in JSON', () => {
  it('is the one that the tree of YAML gives', () => {
    const steps = fc.array(fc.oneof(fc.constantFrom(...plainKeys), fc.nat(3)), { maxLength: 5 });
    fc.assert(fc.property(fc.dictionary(name, value, { noNullPrototype: true }), steps, fc.constantFrom(0, 2), (body, path, indent) => {
      const text = JSON.stringify(body, null, indent), written = path.reduce<string>((all, step) => (typeof step === 'number' ? `${all}[${step}]` : `${all}/${step}`), '');
      const parts = path.flatMap((step): (string | number)[] => (typeof step === 'number' ? [step] : step.split('/')));
      // A path cannot begin with a place in a list, and JSON has keys that YAML reads otherwise.
      fc.pre(typeof path[0] !== 'number');
      const { from, to } = new JsonText(text).locate(parts), lines = text.slice(0, from).split('\n');
      expect({ line: lines.length, column: lines.at(-1)!.length + 1 }).toEqual(locatePath({ file: 'f', text, line: 0, root: '' }, written));
      expect(lines.length + text.slice(from, to - 1).split('\n').length - 1).toBe(locateRange({ file: 'f', text, line: 0, root: '' }, written).toLine);
    }), { numRuns: 500 });
  });

  it('has a line and where that begins', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('\n', 'a', ' ') }), fc.nat(), (text, n) => {
      const offset = n % (text.length + 1), before = text.slice(0, offset).split('\n');
      expect(new JsonText(text).lineAt(offset)).toEqual({ line: before.length - 1, begin: offset - before.at(-1)!.length });
    }));
  });

  it('of each of very many findings in one object is found', () => {
    const spec = { hosts: Array.from({ length: 150_000 }, (_, n) => `host-number-${n}.example.com`), http: Array.from({ length: 40_000 }, (_, n) => ({ route: [{ destination: { host: `h${n}` } }] })) };
    const text = JSON.stringify({ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'big', namespace: 'shop' }, spec }), origin = { file: 'f', text, line: 0, root: '' };
    for (let n = 0; n < 40_000; n++) {
      const { column } = locatePath(origin, `spec/http[${n}]/route[0]/destination/host`);
      if (n % 1_000 === 0) expect(text.slice(column - 1).startsWith(`"host":"h${n}"`)).toBe(true);
    }
  });

  it('lies within any text at all', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', 'a', ' ', '1') })), (text) => {
      const { from, to } = new JsonText(text).locate(['a', 0, 'a']);
      expect(from).toBeGreaterThanOrEqual(0);
      expect(to).toBeLessThanOrEqual(text.length);
    }));
  });

  it('is told of a List that is too long for YAML', () => {
    const items = Array.from({ length: 60_000 }, (_, n) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: `s${n}`, namespace: n === 59_999 ? 7 : 'shop' }, spec: {} }));
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 1), { objects, problems } = parseManifests('all.json', text, { cluster: '', defaultNamespace: 'default' });
    expect([objects.length, problems, text.length > 4 * 1024 * 1024]).toEqual([60_000, [], true]);
    const { line, column } = locatePath(objects.at(-1)!.origin!, 'metadata/namespace');
    expect(text.split('\n')[line - 1]!.slice(column - 1)).toBe('"namespace": 7');
  });
});
