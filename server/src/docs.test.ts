import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './cli.ts';

const root = resolve(import.meta.dirname, '../..');
const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: root })];
const text = (page: string): string => readFileSync(join(root, page), 'utf8');

/** What a heading is called in a link to it, as GitHub makes it. */
const anchors = (page: string): Set<string> => new Set([...text(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading.toLowerCase().replace(/[^\p{L}\p{N}_ -]/gu, '').trim().replaceAll(' ', '-')));

describe('the pages', () => {
  it('are found', () => { expect(pages.length).toBeGreaterThan(100); });

  it('link to what is there', () => {
    const broken = pages.flatMap((page) => [...text(page).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
      if (/^https?:/.test(link)) return [];
      const [path = '', anchor] = link.split('#'), target = path === '' ? page : join(dirname(page), path);
      return existsSync(join(root, target)) && (anchor === undefined || anchors(target).has(anchor)) ? [] : [`${page}: ${link}`];
    }));
    expect(broken).toEqual([]);
  });

  it('name commands that there are', () => {
    const named = new Set(pages.flatMap((page) => [...text(page).matchAll(/(?:npx |`)orrery ([a-z]+)/g)].map(([, command = '']) => command)));
    expect([...named].length).toBeGreaterThan(5);
    // A command that is known to have its own command line is no mistake of the first word.
    const usage = parseCommandLine(['--help'], '');
    expect([...named].filter((command) => usage.kind !== 'print' || !new RegExp(`^  ${command} `, 'm').test(usage.text))).toEqual([]);
  });

  it('name queries of the schema', () => {
    const block = /^type Query \{\n([\s\S]*?)^\}/m.exec(text('server/schema.graphql'))?.[1] ?? '';
    const queries = new Map([...block.matchAll(/^ {2}(\w+)(?:\((.*)\))?: /gm)].map(([, name = '', args = '']) => [name, new Set([...args.matchAll(/(\w+):/g)].map(([, arg]) => arg))]));
    const named = [...text('docs/insight.md').matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`([a-z][A-Za-z]+)(?:\(([^)`]*)\))?`/g)].map(([, name = '', args = '']) => ({ name, args: args === '' ? [] : args.split(/, | \\\| /) })))
      .filter(({ name }) => !reasons.has(name));
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter(({ name, args }) => args.some((arg) => !queries.get(name)?.has(arg)) || !queries.has(name))).toEqual([]);
  });

  it('have a line for each folder of the code', () => {
    const told = text('ARCHITECTURE.md');
    const folders = ['collectors/src', 'server/src'].flatMap((base) => readdirSync(join(root, base), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => `${base}/${name}`));
    expect(folders.filter((folder) => !told.includes(`\`${folder}\``) && !told.includes(`\`${folder}/`))).toEqual([]);
    expect([...told.matchAll(/^\| `([a-z][\w/-]*)` \|/gm)].map(([, folder = '']) => folder).filter((folder) => !existsSync(join(root, folder)))).toEqual([]);
  });
});

/** Names of the other table of that page. */
const reasons = new Set(text('docs/insight.md').split('## `orrery compare`')[1]?.match(/^\| `[^|]*/gm)?.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)));
