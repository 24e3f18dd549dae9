import { dig, text } from '../model/fields.ts';
import type { ConfigObject } from '../model/config-object.ts';

/**
 * Sorts objects as control planes do where several say something of one thing: by age, then by namespace and name.
 * Manifests that were not applied yet are the youngest. To be compared as text: `<time or ~> <namespace>/<name> <id>`.
 */
export function precedence({ body, namespace, name, id }: ConfigObject): string {
  return `${text(dig(body, 'metadata', 'creationTimestamp')) ?? '~'} ${namespace}/${name} ${id}`;
}
