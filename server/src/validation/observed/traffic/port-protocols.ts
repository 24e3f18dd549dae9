import { integer, dig, field, list, shown, text } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';

/** What a proxy takes a port for. */
export type PortClass = 'http' | 'http2' | 'grpc' | 'tcp';

/** A port of a Service, and how proxies treat its traffic. */
export interface ServicePort {
  /** `spec/ports[0]/name` */
  readonly path: string;
  readonly name: string;
  /** Of the Service and of the pod, where they are numbers. */
  readonly numbers: readonly number[];
  /** Undefined where the protocol is detected, or is one that proxies do not look into (TLS). */
  readonly class: PortClass | undefined;
}

const classes: Readonly<Record<string, PortClass>> = { http: 'http', 'grpc-web': 'http', 'kubernetes.io/ws': 'http', http2: 'http2', 'kubernetes.io/h2c': 'http2', grpc: 'grpc', tcp: 'tcp', mongo: 'tcp', redis: 'tcp', mysql: 'tcp' };
const prefixes = Object.keys(classes).sort((a, b) => b.length - a.length);

/** The ports of a Service by what they are named for, UDP apart. */
export function servicePorts(service: ConfigObject): ServicePort[] {
  return list(dig(service.spec, 'ports')).flatMap((port, index): ServicePort[] => {
    if (shown(field(port, 'protocol')).toUpperCase() === 'UDP') return [];
    const appProtocol = text(field(port, 'appProtocol')), name = text(field(port, 'name')) ?? '';
    const prefix = prefixes.find((one) => name === one || name.startsWith(`${one}-`));
    return [{
      path: `spec/ports[${index}]/${appProtocol === undefined ? 'name' : 'appProtocol'}`, name: appProtocol ?? name,
      numbers: [integer(field(port, 'port')), integer(field(port, 'targetPort'))].filter((number) => number !== undefined),
      class: appProtocol !== undefined ? classes[appProtocol.toLowerCase()] : prefix === undefined ? undefined : classes[prefix],
    }];
  });
}
