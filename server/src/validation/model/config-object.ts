import { dig, field, isMap, list, text } from './fields.ts';
import { isClusterScoped, kindOf, type Kind, type KindAnswer } from './kinds.ts';
import { labelsFrom, type Labels } from './labels.ts';

/** Names one object of one cluster. */
export interface ObjectRef {
  readonly cluster: string;
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Where an object was read: enough to find the line of any path in it, later and only if asked. */
export interface Origin {
  readonly file: string;
  /** The text of its YAML document. */
  readonly text: string;
  /** Line of the file, from 0, on which that text begins. */
  readonly line: number;
  /** Path of the object inside the document: empty, or `items[n]` of a List. */
  readonly root: string;
}

/** A configuration object. `spec`, `status` and `body` are untrusted: read them through `fields.ts`. */
export interface ConfigObject extends ObjectRef {
  /** Unique among the objects of one version of a mesh. */
  readonly id: string;
  readonly version: string;
  /** What it is to the checks; undefined for kinds that they do not read, and for objects with a list that is too long. */
  readonly type: Kind | undefined;
  readonly longList?: LongList;
  readonly kindAnswer: KindAnswer;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly spec: unknown;
  readonly status: unknown;
  readonly body: unknown;
  readonly origin: Origin | undefined;
}

/** A list with more items than the checks read: `most`. */
export interface LongList { readonly path: string; readonly items: number; readonly most: number }

/** What is known of an object beside what it says itself. */
export interface ObjectContext {
  readonly cluster: string;
  /** Namespace of namespaced objects that name none. */
  readonly defaultNamespace: string;
  readonly origin?: Origin;
}

/** An object, or the place in it that makes it none. */
export type ObjectAnswer = { readonly ok: true; readonly object: ConfigObject } | { readonly ok: false; readonly path: string; readonly problem: string };

const lacks = (value: unknown, name: string): string => (value === undefined || value === null ? `has no ${name}` : `has ${name} that is no text`);

/**
 * Checks hold the items of lists against each other (hosts × ports × endpoints), so what a list without end takes has no end.
 * An API server takes hardly any list as long as this; only of addresses there are thousands, which nothing is multiplied with.
 */
const mostItems = 1_024, mostAddresses = 16_384;
const addressLists = /ipBlocks$|CIDR$/i;

/** The first list with more items than are read. */
function longList(value: unknown, path: string): LongList | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    const most = addressLists.test(path) ? mostAddresses : mostItems;
    if (value.length > most) return { path, items: value.length, most };
  }
  for (const [key, child] of Object.entries(value)) {
    if (typeof child !== 'object' || child === null) continue;
    const found = longList(child, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Makes an object of a decoded manifest, or says which of the fields that identify it is missing or not a string. */
export function toConfigObject(body: unknown, { cluster, defaultNamespace, origin }: ObjectContext): ObjectAnswer {
  if (!isMap(body)) return { ok: false, path: '', problem: 'is not a map, so no Kubernetes object' };
  const apiVersion = text(field(body, 'apiVersion')), kind = text(field(body, 'kind')), name = text(dig(body, 'metadata', 'name'));
  if (apiVersion === undefined) return { ok: false, path: 'apiVersion', problem: lacks(field(body, 'apiVersion'), 'apiVersion') };
  if (kind === undefined) return { ok: false, path: 'kind', problem: lacks(field(body, 'kind'), 'kind') };
  if (name === undefined) return { ok: false, path: 'metadata/name', problem: `is a ${kind} and ${lacks(dig(body, 'metadata', 'name'), 'metadata.name')}` };
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash), version = apiVersion.slice(slash + 1);
  const namespace = isClusterScoped(group, kind) ? '' : (text(dig(body, 'metadata', 'namespace')) ?? defaultNamespace);
  const kindAnswer = kindOf(group, version, kind);
  const type = kindAnswer.is === 'foreign' ? undefined : kindAnswer.kind;
  const long = type === undefined ? undefined : longList(body, '');
  return {
    ok: true,
    object: {
      id: `${cluster}|${group}/${kind}|${namespace}/${name}`,
      cluster, group, version, kind, namespace, name, kindAnswer,
      type: long !== undefined ? undefined : type === 'Workload' && isOwned(body) ? 'OwnedPod' : type,
      ...long === undefined ? {} : { longList: long },
      labels: labelsFrom(dig(body, 'metadata', 'labels')),
      annotations: labelsFrom(dig(body, 'metadata', 'annotations')),
      spec: field(body, 'spec'),
      status: field(body, 'status'),
      body,
      origin,
    },
  };
}

/** Pods and replica sets of a controller are parts of its workload, not workloads. */
function isOwned(body: unknown): boolean {
  return list(dig(body, 'metadata', 'ownerReferences')).some((owner) => field(owner, 'controller') === true);
}
