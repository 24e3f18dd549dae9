import { dig, field, isMap, text } from '../validation/model/fields.ts';
import { objectOfManifest } from '../kubernetes/versions/manifest-versions.ts';
import { storedForm } from '../kubernetes/versions/stored-form.ts';
import { toConfigObject, type ConfigObject } from '../validation/model/config-object.ts';

/** What an API server asks (`admission.k8s.io/v1`). */
export interface Review {
  readonly uid: string;
  /** Undefined for kinds that are not followed, and for what cannot be read. */
  readonly change: { readonly applied: ConfigObject } | { readonly removed: string } | undefined;
}

/** What it is told. */
export interface Verdict {
  readonly allowed: boolean;
  readonly warnings: readonly string[];
  /** Why it is not allowed. */
  readonly message?: string;
}

/** Reads a review; undefined where it is none. */
export function readReview(body: unknown, cluster: string): Review | undefined {
  const request = field(body, 'request'), uid = text(field(request, 'uid'));
  if (field(body, 'kind') !== 'AdmissionReview' || uid === undefined || uid.length > 200) return undefined;
  if (text(field(request, 'subResource')) !== undefined) return { uid, change: undefined };
  const namespace = text(field(request, 'namespace')) ?? '';
  switch (field(request, 'operation')) {
    case 'CREATE': case 'UPDATE': {
      const applied = objectOf(field(request, 'object'), namespace, cluster);
      return { uid, change: applied && { applied } };
    }
    case 'DELETE': {
      const removed = objectOf(field(request, 'oldObject'), namespace, cluster);
      return { uid, change: removed && { removed: removed.id } };
    }
    default: return { uid, change: undefined };
  }
}

/** The object in the form in which configuration is kept, so that it is compared with its like. */
function objectOf(body: unknown, namespace: string, cluster: string): ConfigObject | undefined {
  const named = text(dig(body, 'metadata', 'name')) === undefined ? withName(body) : body;
  const read = toConfigObject(named, { cluster, defaultNamespace: namespace });
  const kept = read.ok ? objectOfManifest(read.object) : undefined, form = kept && storedForm(kept);
  if (form === undefined) return undefined;
  const answer = toConfigObject(JSON.parse(form.object), { cluster, defaultNamespace: namespace });
  return answer.ok ? answer.object : undefined;
}

/** An object with `generateName` gets its name after it was admitted. */
function withName(body: unknown): unknown {
  const prefix = text(dig(body, 'metadata', 'generateName')), metadata = field(body, 'metadata');
  return prefix !== undefined && isMap(body) && isMap(metadata) ? { ...body, metadata: { ...metadata, name: `${prefix}new` } } : body;
}

/** The answer as an API server wants it. */
export function answerOf(uid: string, { allowed, warnings, message }: Verdict): object {
  return {
    apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview',
    response: { uid, allowed, ...(warnings.length > 0 ? { warnings } : {}), ...(message === undefined ? {} : { status: { code: 403, message } }) },
  };
}
