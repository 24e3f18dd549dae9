import type { Check } from '../check.ts';
import { listenersOf } from './listeners.ts';

/** Listeners of one port can differ in host name within a family: plain HTTP, or TLS told apart by the name in its hello. */
const families: Readonly<Record<string, string>> = { HTTP: 'HTTP', HTTPS: 'TLS', TLS: 'TLS', TCP: 'TCP' };

export const listenerProtocols: Check = {
  code: 'gateway-api/listener-protocols',
  severity: 'error',
  kinds: ['GatewayApiGateway'],
  title: 'Protocols that cannot share a port',
  meaning: 'The listeners are marked Conflicted and neither works: one port speaks plain HTTP, TLS or TCP, not two of them.',
  remedy: 'Give one of the listeners another port. HTTPS and TLS can share one, and UDP stands beside the others.',
  run: (gateway, _mesh, report) => {
    const listeners = listenersOf(gateway).filter(({ protocol }) => Object.hasOwn(families, protocol));
    for (const listener of listeners) {
      const rival = listeners.find((other) => other.port === listener.port && listener.port !== undefined && families[other.protocol] !== families[listener.protocol]);
      if (rival !== undefined) report(`spec/listeners[${listener.index}]/protocol`, `listener ${rival.name} speaks ${rival.protocol} on port ${String(listener.port)}, and this one ${listener.protocol}`);
    }
  },
};
