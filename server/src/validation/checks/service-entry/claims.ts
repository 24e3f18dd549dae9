import { dig, field, integer, list, text } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { entryHosts } from '../../mesh/registry.ts';
import { seenTogether } from '../../mesh/visibility.ts';

interface Port {
  readonly path: string;
  readonly number: number;
  readonly protocol: string;
}

/** A host and port of a ServiceEntry that others claim too, and the protocols of all of them. */
export interface SharedPort extends Port {
  readonly host: string;
  readonly rival: ConfigObject;
  readonly protocols: ReadonlySet<string>;
}

/** The host and port pairs that ServiceEntries seen together claim more than once. */
export function sharedPorts(entry: ConfigObject, mesh: Mesh): SharedPort[] {
  const ports = portsOf(entry), numbered = new Map<ConfigObject, ReadonlyMap<number, readonly Port[]>>();
  // Each pair of a host and a port asks: the ports of an entry are gathered once.
  const protocolsOf = (one: ConfigObject, number: number): string[] => {
    let known = numbered.get(one);
    if (!known) numbered.set(one, (known = Map.groupBy(portsOf(one), (port) => port.number)));
    return (known.get(number) ?? []).map(({ protocol }) => protocol);
  };
  return entryHosts(entry).flatMap(({ text: host }) => ports.flatMap((port) => {
    const rivals = mesh.find('entry-port', `${host}|${port.number}`).filter((other) => other !== entry && seenTogether(entry, host, other, host, mesh));
    const [rival] = rivals;
    if (rival === undefined) return [];
    const protocols = new Set([entry, ...rivals].flatMap((one) => protocolsOf(one, port.number)));
    return [{ ...port, host, rival, protocols }];
  }));
}

function portsOf({ spec }: ConfigObject): Port[] {
  return list(dig(spec, 'ports')).flatMap((port, index) => {
    const number = integer(field(port, 'number'));
    return number === undefined ? [] : [{ path: `spec/ports[${index}]`, number, protocol: (text(field(port, 'protocol')) ?? '').toUpperCase() }];
  });
}
