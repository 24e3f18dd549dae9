import type { ObjectRef } from '../model/config-object.ts';

/** Names an object within its cluster, whatever version its API has. */
export function refKey({ group, kind, namespace, name }: Omit<ObjectRef, 'cluster'>): string {
  return JSON.stringify([group, kind, namespace, name]);
}
