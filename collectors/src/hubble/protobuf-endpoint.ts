import type { ProtoReader } from '../wire/proto-reader.ts';
import { listed } from './bounds.ts';
import { noEndpoint, noService, type Draft, type HubbleEndpoint, type HubbleService } from './flow-message.ts';
import { readTexts, text, within } from './protobuf-fields.ts';

/** A message `flow.Endpoint`. @throws WireError */
export function readEndpoint(r: ProtoReader): HubbleEndpoint {
  const endpoint: Draft<HubbleEndpoint> = { ...noEndpoint };
  const labels: string[] = [];
  const workloads: { kind: string; name: string }[] = [];
  for (let field = r.next(); field !== 0; field = r.next()) {
    switch (field) {
      case 1: endpoint.id = r.uint32(); break;
      case 2: endpoint.identity = r.uint32(); break;
      case 3: endpoint.namespace = text(r); break;
      case 4: listed(labels, text(r)); break;
      case 5: endpoint.podName = text(r); break;
      case 6: listed(workloads, within(r, readWorkload)); break;
      case 7: endpoint.clusterName = text(r); break;
      default: r.skip();
    }
  }
  return { ...endpoint, labels, workloads };
}

function readWorkload(r: ProtoReader): { kind: string; name: string } {
  const [name, kind] = readTexts(r, 1, 2);
  return { kind, name };
}

/** A message `flow.Service`. @throws WireError */
export function readService(r: ProtoReader): HubbleService {
  const [name, namespace] = readTexts(r, 1, 2);
  return name === '' && namespace === '' ? noService : { name, namespace };
}

/** A policy as `<namespace>/<name>`, or its name alone for a cluster-wide one. */
export function readPolicy(r: ProtoReader): string {
  const [name, namespace] = readTexts(r, 1, 2);
  return namespace === '' ? name : `${namespace}/${name}`;
}
