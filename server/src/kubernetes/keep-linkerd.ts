import { dig } from '../validation/model/fields.ts';
import { embeddedYaml } from '../validation/parse/embedded-yaml.ts';
import { keepMetadata } from './keep-object.ts';
import type { KubeObject } from './kube-object.ts';

/** Of the Helm values that Linkerd keeps in its ConfigMap: what checks read, and nothing that could be a key. */
const keptValues: readonly (readonly string[])[] = [
  ['linkerdVersion'], ['identityTrustDomain'], ['identityTrustAnchorsPEM'], ['identity', 'issuer', 'scheme'], ['identity', 'issuer', 'tls', 'crtPEM'],
  ['proxy', 'image', 'version'], ['proxy', 'opaquePorts'], ['proxy', 'defaultInboundPolicy'], ['highAvailability'],
];

/** `linkerd-config` with few of its values, written as JSON, which is YAML too. */
export function keepLinkerdConfig(object: KubeObject): KubeObject {
  return { ...keepMetadata(object), data: { values: JSON.stringify(pick(embeddedYaml(dig(object, 'data', 'values')), keptValues)) } };
}

/** The trust anchors of `linkerd-identity-trust-roots`: public certificates. */
export function keepTrustRoots(object: KubeObject): KubeObject {
  return { ...keepMetadata(object), data: { 'ca-bundle.crt': dig(object, 'data', 'ca-bundle.crt') } };
}

function pick(values: unknown, paths: readonly (readonly string[])[]): Readonly<Record<string, unknown>> {
  const kept: Record<string, unknown> = {};
  for (const [key, below] of Map.groupBy(paths, ([first = '']) => first)) {
    const value = dig(values, key), deeper = below.map((path) => path.slice(1)).filter((path) => path.length > 0);
    if (value !== undefined) kept[key] = deeper.length > 0 ? pick(value, deeper) : value;
  }
  return kept;
}
