import { expect, it } from 'vitest';
import { hostName } from './host-name.ts';

it.each([
  ['orders', 'orders'], ['Orders.Shop', 'orders.shop'], ['orders.shop.svc.cluster.local.', 'orders.shop.svc.cluster.local'], ['API.stripe.com.', 'api.stripe.com'],
  ['10.0.0.7', '10.0.0.7'], ['::ffff:10.0.0.7', '10.0.0.7'], ['[::FFFF:10.0.0.7]', '10.0.0.7'], ['[fd00::1]', 'fd00::1'], ['FD00::1', 'fd00::1'], ['::1', '::1'],
  ['/var/run/App.sock', '/var/run/App.sock'], ['', ''], ['.', '.'],
])('%j is %j', (text, host) => expect(hostName(text)).toBe(host));
