import { field, integer, list, text } from '../model/fields.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { ownAnnotation } from './annotations.ts';
import { declaredPorts, type PodPort } from './linkerd-servers.ts';
import type { Mesh } from './mesh.ts';

export const opaquePorts = 'config.linkerd.io/opaque-ports';

/** One part of a list of ports: a number (`from` = `to`), a range, or a port's name. */
export type PortToken = { readonly written: string } & ({ readonly from: number; readonly to: number } | { readonly name: string } | { readonly problem: string });

/** Reads `25,1000-2000,mysql`. */
export function readPorts(value: string): PortToken[] {
  return value.split(',').slice(0, mostTokens).map((part): PortToken => {
    const written = part.trim(), [, low, high] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(written) ?? [];
    if (low === undefined) return /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(written) && /[a-z]/.test(written) && written.length <= 15 ? { written, name: written } : { written, problem: 'is neither a port, a range nor a name of a port' };
    const from = Number(low), to = Number(high ?? low);
    if (from < 1 || to > 65_535) return { written, problem: 'is out of 1 to 65535' };
    return from > to ? { written, problem: 'is a range that ends before it begins' } : { written, from, to };
  });
}

const mostTokens = 1_000;

/** True where the list takes in the port, by number or by name. */
export function includesPort(tokens: readonly PortToken[], { number, name }: PodPort): boolean {
  return tokens.some((token) => ('from' in token ? token.from <= number && number <= token.to : 'name' in token && token.name === name));
}

/** The list that an annotation of the object, of its pods for a workload, or of its namespace holds; undefined where neither says. */
export function annotatedPorts(object: ConfigObject, annotation: string, mesh: Mesh): readonly PortToken[] | undefined {
  const own = ownAnnotation(object, annotation) ?? mesh.find('id', `Namespace/${object.namespace}`)[0]?.annotations.get(annotation);
  return own === undefined ? undefined : readPorts(own);
}

/** Ports of a Service or a workload by number and name. */
export function portsOfObject(object: ConfigObject): PodPort[] {
  if (object.type !== 'Service') return declaredPorts(object);
  return list(field(object.spec, 'ports')).flatMap((port) => {
    const number = integer(field(port, 'port'));
    return number === undefined ? [] : [{ number, name: text(field(port, 'name')) }];
  });
}
