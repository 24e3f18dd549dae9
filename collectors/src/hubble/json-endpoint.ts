import { asList, asObject, asUint32, type JsonObject } from '../wire/json-shape.ts';
import { maxListed } from './bounds.ts';
import { noEndpoint, noService, type HubbleEndpoint, type HubblePolicies, type HubbleService } from './flow-message.ts';
import { either, text, texts } from './json-fields.ts';

/** `source` or `destination` of a flow; absent: the endpoint of which nothing is known. @throws JsonShapeError with the path from `field` on */
export function readEndpoint(value: unknown, field: string): HubbleEndpoint {
  if (value === undefined || value === null) return noEndpoint;
  const endpoint = asObject(value, field);
  return {
    id: asUint32(either(endpoint, 'ID', 'id'), `${field}.ID`),
    identity: asUint32(endpoint['identity'], `${field}.identity`),
    clusterName: text(endpoint, 'cluster_name', 'clusterName'),
    namespace: text(endpoint, 'namespace', 'namespace'),
    labels: texts(endpoint['labels'], `${field}.labels`),
    podName: text(endpoint, 'pod_name', 'podName'),
    workloads: asList(endpoint['workloads'], `${field}.workloads`).slice(0, maxListed).map((element) => {
      const workload = asObject(element, `${field}.workloads`);
      return { kind: text(workload, 'kind', 'kind'), name: text(workload, 'name', 'name') };
    }),
  };
}

/** `source_service` or `destination_service` of a flow. @throws JsonShapeError */
export function readService(value: unknown, field: string): HubbleService {
  const service = asObject(value, field);
  const name = text(service, 'name', 'name'), namespace = text(service, 'namespace', 'namespace');
  return name === '' && namespace === '' ? noService : { name, namespace };
}

/** The policies that a flow says allowed or denied it. @throws JsonShapeError */
export function readPolicies(flow: JsonObject): HubblePolicies {
  return {
    egressAllowedBy: policyNames(either(flow, 'egress_allowed_by', 'egressAllowedBy'), 'egress_allowed_by'),
    ingressAllowedBy: policyNames(either(flow, 'ingress_allowed_by', 'ingressAllowedBy'), 'ingress_allowed_by'),
    egressDeniedBy: policyNames(either(flow, 'egress_denied_by', 'egressDeniedBy'), 'egress_denied_by'),
    ingressDeniedBy: policyNames(either(flow, 'ingress_denied_by', 'ingressDeniedBy'), 'ingress_denied_by'),
  };
}

/** Policies as `<namespace>/<name>`, or the name alone for cluster-wide ones. */
function policyNames(value: unknown, field: string): string[] {
  return asList(value, field).slice(0, maxListed).map((element) => {
    const policy = asObject(element, field);
    const name = text(policy, 'name', 'name'), namespace = text(policy, 'namespace', 'namespace');
    return namespace === '' ? name : `${namespace}/${name}`;
  });
}
