import { field, list, texts } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { routesOf } from '../../mesh/routes.ts';

/** Every Gateway that a VirtualService names, in `spec.gateways` and in the matches of its routes; `mesh` left out. */
export function namedGateways(service: ConfigObject): { readonly path: string; readonly text: string }[] {
  const bound = texts(field(service.spec, 'gateways')).map(({ index, text }) => ({ path: `spec/gateways[${index}]`, text }));
  const matched = routesOf(service).flatMap(({ path, body }) =>
    list(field(body, 'match')).flatMap((match) => texts(field(match, 'gateways'))).map(({ index, text }) => ({ path: `${path}/match/gateways[${index}]`, text })));
  return [...bound, ...matched].filter(({ text }) => text !== 'mesh');
}
