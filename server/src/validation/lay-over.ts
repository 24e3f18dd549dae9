import { dig, isMap, text } from './model/fields.ts';
import type { ConfigObject } from './model/config-object.ts';

/**
 * Objects as they would be with others applied over them: an object of the same id takes the place of the one before, and
 * its age with it, which manifests do not tell and by which the older goes first.
 */
export function layOver(standing: readonly ConfigObject[], applied: readonly ConfigObject[]): ConfigObject[] {
  const before = new Map(standing.map((object) => [object.id, object])), replaced = new Set(applied.map(({ id }) => id));
  return [...standing.filter(({ id }) => !replaced.has(id)), ...applied.map((object) => withAgeOf(before.get(object.id), object))];
}

function withAgeOf(before: ConfigObject | undefined, object: ConfigObject): ConfigObject {
  const { body } = object, metadata = dig(body, 'metadata'), made = text(dig(before?.body, 'metadata', 'creationTimestamp'));
  if (made === undefined || !isMap(body) || !isMap(metadata)) return object;
  return { ...object, body: { ...body, metadata: { ...metadata, creationTimestamp: made } } };
}
