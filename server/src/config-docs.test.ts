import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { environmentVariables } from './config-environment.ts';
import { orreryConfig } from './config.ts';

interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly allOf?: readonly Shape[];
  readonly items?: Shape;
  readonly default?: unknown;
}

/** Defaults by path, `–` where there is none, as the page writes them. */
function settings(shape: Shape, path = ''): [string, string][] {
  if (shape.properties) return Object.entries(shape.properties).flatMap(([name, inner]) => settings(inner, path === '' ? name : `${path}.${name}`));
  if (shape.allOf) return shape.allOf.flatMap((inner) => settings(inner, path));
  const own: [string, string] = [path, shape.default === undefined ? '–' : `\`${JSON.stringify(shape.default)}\``];
  const items = shape.items?.properties || shape.items?.allOf ? settings(shape.items, `${path}[]`) : [];
  return [own, ...items];
}

/** Those of the machine, and of a list that is checked after its default. */
const toldOtherwise: ReadonlyMap<string, string> = new Map([['store.engine.memoryMb', '–'], ['scrape.jobs', '`[]`']]);

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

it('docs/configuration.md tells every setting with its default, and no other', () => {
  const expected = settings(z.toJSONSchema(orreryConfig, { io: 'input', unrepresentable: 'any' }) as Shape);
  const told = [...page.matchAll(/^\| `([^`]+)` \| (`[^`]*`|–) \|/gm)].map(([, path, value]) => [path, value]);
  expect(told.sort()).toEqual(expected.map(([path, value]) => [path, toldOtherwise.get(path) ?? value]).sort());
});

it('and every environment variable', () => {
  for (const name of Object.keys(environmentVariables)) expect(page).toContain(`\`${name}\``);
});
