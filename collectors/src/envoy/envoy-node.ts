import { EntityKind, unknownEntity, type Entity } from '../model/entity.ts';
import type { ProtoReader } from '../wire/proto-reader.ts';

/** `envoy.config.core.v3.Node`: who a proxy is, as the mesh told it. */
export interface EnvoyNode {
  /** Istio: `<sidecar|router|waypoint>~<address>~<pod>.<namespace>~<domain>`. */
  readonly id: string;
  /** Istio: `<app>.<namespace>`. */
  readonly cluster: string;
  /** Texts of the metadata by path, e.g. `WORKLOAD_NAME`, `LABELS.app`. */
  readonly metadata: ReadonlyMap<string, string>;
}

const maxMetadata = 256;
const maxTextLength = 512;
const maxStructDepth = 4;

/** Reads a Node that has been entered. */
export function readEnvoyNode(r: ProtoReader): EnvoyNode {
  let id = '', cluster = '';
  const metadata = new Map<string, string>();
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === 1) id = r.string().slice(0, maxTextLength);
    else if (field === 2) cluster = r.string().slice(0, maxTextLength);
    else if (field === 3) {
      const outer = r.enter();
      readStruct(r, '', metadata, 0);
      r.leave(outer);
    } else r.skip();
  }
  return { id, cluster, metadata };
}

/** `google.protobuf.Struct`: `fields` is a map, so each entry is a message of key (1) and value (2). */
function readStruct(r: ProtoReader, prefix: string, into: Map<string, string>, depth: number): void {
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field !== 1) {
      r.skip();
      continue;
    }
    const outer = r.enter();
    let key = '';
    for (let part = r.next(); part !== 0; part = r.next()) {
      if (part === 1) key = r.string().slice(0, maxTextLength);
      else if (part === 2) {
        const inner = r.enter();
        readValue(r, prefix + key, into, depth);
        r.leave(inner);
      } else r.skip();
    }
    r.leave(outer);
  }
}

/** `google.protobuf.Value`: of its kinds texts (3) and structs (5) are read. */
function readValue(r: ProtoReader, path: string, into: Map<string, string>, depth: number): void {
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === 3) {
      const text = r.string().slice(0, maxTextLength);
      if (into.size < maxMetadata) into.set(path, text);
    } else if (field === 5 && depth < maxStructDepth) {
      const outer = r.enter();
      readStruct(r, `${path}.`, into, depth + 1);
      r.leave(outer);
    } else r.skip();
  }
}

const kinds: ReadonlyMap<string, EntityKind> = new Map([['router', EntityKind.gateway], ['waypoint', EntityKind.waypoint]]);

/** The workload that a proxy stands beside, or the gateway or waypoint that it is; unknown where the node says nothing. */
export function entityOfNode({ id, cluster, metadata }: EnvoyNode): Entity {
  const first = (...names: string[]): string => names.map((name) => metadata.get(name)).find((value) => value !== undefined && value !== '') ?? '';
  const [type = '', , pod = ''] = id.split('~');
  const clusterParts = cluster.split('.');
  const namespace = first('NAMESPACE', 'CONFIG_NAMESPACE') || pod.split('.')[1] || clusterParts[1] || '';
  const app = first('LABELS.service.istio.io/canonical-name', 'LABELS.app', 'app') || clusterParts[0] || '';
  const version = first('LABELS.service.istio.io/canonical-revision', 'LABELS.version', 'version');
  const name = first('WORKLOAD_NAME');
  if (name === '' && app === '') return unknownEntity;
  const kind = kinds.get(type) ?? (name === '' ? EntityKind.app : EntityKind.workload);
  return { cluster: first('CLUSTER_ID'), namespace, kind, name: name || app, app, version };
}

/** Address of the proxy's workload by its id; `''` if it names none. */
export function addressOfNode({ id }: EnvoyNode): string {
  return id.split('~')[1] ?? '';
}
