import { shown } from '../../model/fields.ts';
import type { Check } from '../check.ts';
import { className, isSameListener, listenersOf } from './listeners.ts';

export const listenerClaimedTwice: Check = {
  code: 'gateway-api/listener-claimed-twice',
  kiali: 'KIA1501',
  severity: 'warning',
  kinds: ['GatewayApiGateway'],
  title: 'One host and port in several Gateways',
  meaning: 'A name resolves to one of the Gateways; routes that are attached to the other get no requests.',
  remedy: 'Keep the listener in one Gateway and attach the routes of both to it, or give them different host names.',
  run: (gateway, mesh, report) => {
    for (const listener of listenersOf(gateway)) {
      if (listener.hostname === undefined) continue;
      const rival = mesh.find('listener', `${className(gateway)}|${listener.hostname}`).find((other) => other.id !== gateway.id && listenersOf(other).some((one) => isSameListener(one, listener)));
      if (rival !== undefined) report(`spec/listeners[${listener.index}]/hostname`, `Gateway ${rival.namespace}/${rival.name} of the same class listens for ${listener.hostname} on port ${shown(listener.port)} too`);
    }
  },
};
