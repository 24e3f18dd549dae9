import type { ConfigObject } from './model/config-object.ts';

/** Objects as they would be with others applied over them: an object of the same id takes the place of the one before. */
export function layOver(standing: readonly ConfigObject[], applied: readonly ConfigObject[]): ConfigObject[] {
  const replaced = new Set(applied.map(({ id }) => id));
  return [...standing.filter(({ id }) => !replaced.has(id)), ...applied];
}
