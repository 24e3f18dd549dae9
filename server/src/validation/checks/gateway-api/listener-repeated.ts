import type { Check } from '../check.ts';
import { isSameListener, listenersOf } from './listeners.ts';

export const listenerRepeated: Check = {
  code: 'gateway-api/listener-repeated',
  kiali: 'KIA1503',
  severity: 'error',
  kinds: ['GatewayApiGateway'],
  title: 'Two listeners for the same host and port',
  meaning: 'Listeners of a Gateway have to differ in port, protocol or host name; both are marked Conflicted and neither works.',
  remedy: 'Merge them, or change the host name of one.',
  run: (gateway, _mesh, report) => {
    const listeners = listenersOf(gateway);
    for (const listener of listeners) {
      const twin = listeners.find((other) => other !== listener && isSameListener(other, listener));
      if (twin !== undefined) report(`spec/listeners[${listener.index}]/name`, `listener ${twin.name} has the same host name, port and protocol`);
    }
  },
};
