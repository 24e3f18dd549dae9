import { dig, field, list, text } from '../model/fields.ts';
import { labelsFrom } from '../model/labels.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { imageTag } from './linkerd-config.ts';
import type { Mesh } from './mesh.ts';
import { podTemplate } from './workloads.ts';

export const injectAnnotation = 'linkerd.io/inject';
const proxyContainer = 'linkerd-proxy';

/** A pod, or the template of one. */
export function podOf(object: ConfigObject): unknown {
  return object.type === 'OwnedPod' ? object.body : podTemplate(object);
}

/** Linkerd's proxy in a pod; as a native sidecar it is an init container. */
export function proxyOf(pod: unknown): unknown {
  return [...list(dig(pod, 'spec', 'containers')), ...list(dig(pod, 'spec', 'initContainers'))].find((container) => field(container, 'name') === proxyContainer);
}

/** The version of a pod's proxy: as the injector noted it, else the tag of its image. */
export function proxyVersion(pod: unknown): string | undefined {
  const proxy = proxyOf(pod);
  if (proxy === undefined) return undefined;
  return labelsFrom(dig(pod, 'metadata', 'annotations')).get('linkerd.io/proxy-version') ?? imageTag(text(field(proxy, 'image')) ?? '');
}

/** True where new pods of this shape get a proxy: asked for by themselves or their namespace, and not by one in the host's network. */
export function isInjected(pod: unknown, namespace: string, mesh: Mesh): boolean {
  const own = labelsFrom(dig(pod, 'metadata', 'annotations')).get(injectAnnotation);
  const asked = own ?? mesh.find('id', `Namespace/${namespace}`)[0]?.annotations.get(injectAnnotation);
  return (asked === 'enabled' || asked === 'ingress') && dig(pod, 'spec', 'hostNetwork') !== true;
}
