import { field, list, text } from '../model/fields.ts';
import { labelsFrom } from '../model/labels.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { meshOf, serviceTag, tagsOfDataplane, targetKey, targetOf } from './kuma.ts';
import type { Topic } from './mesh.ts';

type Provide = (topic: Topic, key: string) => void;

/** The keys of an object of Kuma: the services that its tags name, its mesh, and what a policy is for. */
export function provideKuma(provide: Provide, object: ConfigObject): void {
  const { type, kind, namespace, spec } = object;
  provide('kuma-in-mesh', `${kind}/${meshOf(object)}`);
  switch (type) {
    case 'KumaPolicy': provide('kuma-target', `${kind}|${meshOf(object)}|${namespace}|${targetKey(targetOf(field(spec, 'targetRef')), namespace)}`); break;
    case 'KumaDataplane': for (const tags of tagsOfDataplane(object)) provideService(provide, tags.get(serviceTag)); break;
    case 'KumaExternalService': case 'KumaGatewayInstance': provideService(provide, labelsFrom(field(spec, 'tags')).get(serviceTag)); break;
    case 'KumaGateway': for (const one of list(field(spec, 'selectors'))) provideService(provide, text(field(field(one, 'match'), serviceTag))); break;
    default: break;
  }
}

function provideService(provide: Provide, name: string | undefined): void {
  if (name !== undefined) provide('kuma-service', name);
}
