import { ApiError } from '../errors.ts';
import type { UploadRequest } from '../../kubernetes/upload.ts';

/** The query of an upload. @throws ApiError BAD_INPUT */
export function uploadFromQuery(query: Readonly<Record<string, unknown>>): Omit<UploadRequest, 'text'> {
  const unknown = Object.keys(query).filter((key) => key !== 'cluster' && key !== 'namespace' && key !== 'whole');
  if (unknown.length > 0) throw new ApiError('BAD_INPUT', `unknown parameter ${unknown[0] ?? ''}; known are cluster, namespace and whole`);
  const { cluster, namespace = 'default', whole = 'false' } = query;
  if (typeof cluster !== 'string' || cluster === '' || cluster.length > 253) throw new ApiError('BAD_INPUT', 'cluster: the name of the cluster, as telemetry names it, is expected');
  if (typeof namespace !== 'string' || !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace)) throw new ApiError('BAD_INPUT', 'namespace: a name of a namespace is expected');
  if (whole !== 'true' && whole !== 'false') throw new ApiError('BAD_INPUT', 'whole: true (what is not in the upload has gone) or false is expected');
  return { cluster, namespace, isWhole: whole === 'true' };
}

/** The text of a body. @throws ApiError BAD_INPUT where it is no UTF-8 */
export function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new ApiError('BAD_INPUT', 'the body is not UTF-8 text; send YAML documents or JSON, uncompressed');
  }
}
