import { dig, field, isMap, list, text } from '../model/fields.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { annotationsOfPods } from './annotations.ts';
import { entryName, targetsOf } from './consul.ts';
import type { Topic } from './mesh.ts';

type Provide = (topic: Topic, key: string) => void;

/** What a Service or a workload is called in Consul. */
export function provideConsulNames(provide: Provide, object: ConfigObject): void {
  if (object.type === 'Service') provide('consul-service', object.annotations.get('consul.hashicorp.com/service-name') ?? object.name);
  // A pod with several ports is several services, in one list.
  for (const name of annotationsOfPods(object).get('consul.hashicorp.com/connect-service')?.split(',') ?? []) provide('consul-service', name.trim());
}

/** Keys of Consul's config entries: their names, the services that they make, the subsets that they use. */
export function provideConsulEntry(provide: Provide, entry: ConfigObject): void {
  const { type, spec } = entry, name = entryName(entry);
  provide('consul-entry', `${type}/${name}`);
  for (const { service, subset } of targetsOf(entry)) if (subset !== undefined) provide('consul-subset', `${service}|${subset}`);
  switch (type) {
    case 'ConsulDefaults': if (isMap(field(spec, 'destination'))) provide('consul-service', name); break;
    case 'ConsulResolver': {
      const used = text(field(spec, 'defaultSubset'));
      if (used !== undefined) provide('consul-subset', `${name}|${used}`);
      if (isMap(field(spec, 'redirect')) || isMap(field(spec, 'failover'))) provide('consul-service', name);
      break;
    }
    case 'ConsulSplitter': provide('consul-service', name); break;
    case 'ConsulRegistration': provide('consul-service', text(dig(spec, 'service', 'name')) ?? name); break;
    case 'ConsulTerminating': for (const service of list(field(spec, 'services'))) provide('consul-service', text(field(service, 'name')) ?? ''); break;
    default: break;
  }
}
