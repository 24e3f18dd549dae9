import { dig, field, integer, list, text } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';

/** A listener of a Gateway of the Gateway API; a host name that is not written stands for all. */
export interface Listener {
  readonly index: number;
  readonly name: string;
  readonly hostname: string | undefined;
  readonly port: number | undefined;
  readonly protocol: string;
  readonly allowedNamespaces: unknown;
  readonly body: unknown;
}

/** In the order of `spec.listeners`; hostnames in lower case. */
export function listenersOf({ spec }: ConfigObject): Listener[] {
  return list(field(spec, 'listeners')).map((listener, index) => ({
    index,
    name: text(field(listener, 'name')) ?? '',
    hostname: text(field(listener, 'hostname'))?.toLowerCase(),
    port: integer(field(listener, 'port')),
    protocol: text(field(listener, 'protocol')) ?? '',
    allowedNamespaces: dig(listener, 'allowedRoutes', 'namespaces'),
    body: listener,
  }));
}

/** True where both take the same host, port and protocol. */
export function isSameListener(a: Listener, b: Listener): boolean {
  return a.hostname === b.hostname && a.port === b.port && a.protocol === b.protocol;
}

/** `spec.gatewayClassName`; `''` where there is none. */
export function className({ spec }: ConfigObject): string {
  return text(field(spec, 'gatewayClassName')) ?? '';
}
