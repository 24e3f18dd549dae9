import { createHash } from 'node:crypto';
import type { Finding } from '../model/finding.ts';

/** Names a finding for as long as it stands: the same code on the same path of the same object is the same fault, whatever its words. 32 hex digits. */
export function findingId({ code, path, object: { cluster, group, kind, namespace, name } }: Pick<Finding, 'code' | 'path' | 'object'>): string {
  return createHash('sha256').update(JSON.stringify([cluster, group, kind, namespace, name, code, path])).digest('hex').slice(0, 32);
}
