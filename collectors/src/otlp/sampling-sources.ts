import { multiplierAttributes } from './sampling.ts';

/** What the configuration knows of sampling that spans do not tell by `tracestate`. */
export interface SamplingSources {
  /** Attributes of a span, or else of its resource, that say for how many spans it stands; the first that is there counts. */
  readonly attributes: readonly string[];
  /** Sources that sample and do not say so. */
  readonly services: readonly { readonly service: string; readonly namespace?: string | undefined; readonly multiplier: number }[];
}

/** What is read of spans where nothing is configured. */
export const usualSampling: SamplingSources = { attributes: multiplierAttributes, services: [] };

/** The multiplier that attributes name, as text; `''` where they name none. */
export function namedMultiplier({ attributes: names }: SamplingSources, attributes: ReadonlyMap<string, string>): string {
  for (const name of names) {
    const text = attributes.get(name);
    if (text !== undefined) return text;
  }
  return '';
}

/** The configured multiplier of a resource, 1 where there is none; one with a namespace goes before one without. */
export function configuredMultiplier({ services }: SamplingSources, resource: ReadonlyMap<string, string>): number {
  if (services.length === 0) return 1;
  const name = resource.get('service.name'), namespaces = [resource.get('k8s.namespace.name'), resource.get('service.namespace')];
  const own = services.filter(({ service, namespace }) => service === name && (namespace === undefined || namespaces.includes(namespace)));
  return (own.find(({ namespace }) => namespace !== undefined) ?? own[0])?.multiplier ?? 1;
}
