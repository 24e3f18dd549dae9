import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultLimits } from './limits.ts';
import { parseManifests } from './parse-manifests.ts';

const parse = (text: string, limits = defaultLimits) => parseManifests('mesh.yaml', text, { cluster: '', defaultNamespace: 'default', limits });
const service = (name: string): string => `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n`;

describe('parseManifests', () => {
  it('reads every document of a stream, with the namespace of those that name none', () => {
    const { objects, problems } = parse(`# a comment\n---\n${service('a')}---\n${service('b')}  namespace: prod\n...\n---\n# nothing\n`);
    expect(problems).toEqual([]);
    expect(objects.map(({ id }) => id)).toEqual(['|/Service|default/a', '|/Service|prod/b']);
  });

  it('tells the place of a broken document, and the others stand', () => {
    const { objects, problems } = parse(`${service('a')}---\napiVersion: v1\nkind: [Service\n---\n${service('b')}`);
    expect(objects.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(problems).toEqual([{ file: 'mesh.yaml', line: 8, column: 1, message: expect.stringContaining(']') as string }]);
  });

  it('tells the place of a key that is there twice', () => {
    expect(parse('apiVersion: v1\nkind: Service\nmetadata: {name: a}\nkind: Pod\n').problems).toMatchObject([{ line: 4, column: 1 }]);
  });

  it.each([
    ['- a list', 1, 'no Kubernetes object'],
    ['kind: Service\nmetadata: {name: a}', 1, 'no apiVersion'],
    ['apiVersion: v1\nmetadata: {name: a}', 1, 'no kind'],
    ['apiVersion: v1\nkind: Service\nmetadata:\n  name: 7', 4, 'has metadata.name that is no text'],
  ])('refuses %j', (text, line, message) => {
    expect(parse(text)).toMatchObject({ objects: [], problems: [{ line, message: expect.stringContaining(message) as string }] });
  });

  it('reads JSON, and the items of a List each by itself', () => {
    const list = { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } }, 7, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'b' } }] };
    const { objects, problems } = parse(JSON.stringify(list, undefined, 2));
    expect(objects.map(({ name, origin }) => [name, origin?.root])).toEqual([['a', 'items[0]'], ['b', 'items[2]']]);
    expect(problems).toMatchObject([{ message: 'items[1] is not a map, so no Kubernetes object', line: 12 }]);
  });

  it('tells the place of broken JSON', () => {
    expect(parse('{\n  "apiVersion": "v1",\n  "kind": \n').problems).toMatchObject([{ line: expect.any(Number) as number }]);
  });

  it('takes a byte order mark, carriage returns and keys that are no names', () => {
    const { objects, problems } = parse(`\uFEFF${service('a').replaceAll('\n', '\r\n')}---\r\n${service('b')}__proto__: {polluted: true}\n1: x\n`);
    expect(problems).toEqual([]);
    expect(objects.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('refuses what unfolds, contains itself, is nested or long beyond the limits', () => {
    const bomb = ['a: &a0 [x,x,x,x,x,x,x,x,x]', ...Array.from({ length: 9 }, (_, n) => `b${n}: &a${n + 1} [${Array.from({ length: 9 }, () => `*a${n}`).join(',')}]`)].join('\n');
    for (const text of [bomb, 'a: &a [*a]', `a: ${'['.repeat(200)}${']'.repeat(200)}`, `a: ${'['.repeat(100_000)}`, `a: ${'{"b":'.repeat(200)}1${'}'.repeat(200)}`, `a: ${'x'.repeat(5_000_000)}`]) {
      const { objects, problems } = parse(`${text}\n---\n${service('good')}`);
      expect(problems, text.slice(0, 40)).toHaveLength(1);
      expect(objects.map(({ name }) => name)).toEqual(['good']);
    }
  });

  it('says of what is nested too deep that it is, whatever the parser says', () => {
    expect(parse(`a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`).problems.map(({ message }) => message)).toEqual(['the document is nested deeper than 100 levels']);
  });

  it('takes an object with a list that nobody could check, but not to be checked, and lists of addresses that are long', () => {
    const hosts = Array.from({ length: 20_000 }, (_, n) => `h${n}.example.com`), entry = { apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata: { name: 'many' }, spec: { ports: [], hosts } };
    const policy = (spec: object): string => JSON.stringify({ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'allow' }, spec });
    const addresses = policy({ rules: [{ from: [{ source: { ipBlocks: Array.from({ length: 5_000 }, (_, n) => `10.${n >> 8}.${n & 255}.0/24`) } }] }] });
    const { objects, problems } = parse([JSON.stringify(entry), addresses, policy({ rules: Array.from({ length: 1_025 }, () => ({})) }), service('good')].join('\n---\n'));
    expect(problems).toEqual([]);
    expect(objects.map(({ name, type, longList }) => [name, type, longList])).toEqual([
      ['many', undefined, { path: 'spec/hosts', items: 20_000, most: 1_024 }], ['allow', 'AuthorizationPolicy', undefined],
      ['allow', undefined, { path: 'spec/rules', items: 1_025, most: 1_024 }], ['good', 'Service', undefined],
    ]);
  });

  it('stops at the most objects that it takes, and says so', () => {
    const { objects, problems } = parse(`${service('a')}---\n${service('b')}---\n${service('c')}`, { ...defaultLimits, objects: 2 });
    expect(objects).toHaveLength(2);
    expect(problems).toMatchObject([{ message: expect.stringContaining('more than 2 objects') as string, line: 11 }]);
  });

  it('answers any text at all', () => {
    const pieces = fc.array(fc.constantFrom('---\n', 'kind: Service\n', 'apiVersion: v1\n', 'metadata:\n', '  name: a\n', '- x\n', '"', "'", '{', '}', '[', ']', '*a', '&a ', '|\n', '\t', '? ', '!!x ', '%YAML 9\n', '...\n', '\u0000', '<<: '), { maxLength: 30 });
    fc.assert(fc.property(fc.oneof(pieces.map((parts) => parts.join('')), fc.string({ unit: 'binary' })), (text) => {
      for (const { line, column } of parse(text).problems) expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
    }), { numRuns: 300 });
  });
});
