import type { Fault, Scenario } from '../simulator/scenario.ts';

/** Of the two windows that are compared, seconds. */
export const comparedSeconds = 60;
/** When payments begin to fail, seconds of the scenario: a minute of peace before it is there to be compared with. */
export const changeAt = 90;
const day = 86_400;

/**
 * The shop for pictures: one change of configuration makes payments fail, one workload takes plaintext, and both last, so
 * that the first picture and the last show the same however long a machine takes between them.
 */
export function steadyShop(shop: Scenario): Scenario {
  const lost = shop.faults.find((fault) => fault.kind === 'plaintext');
  const failing: Fault = {
    name: 'bad-payment-route', kind: 'config', caller: 'checkout', operation: 'charge', from: changeAt, to: day, troubles: { noCluster: 0.25, failed: 0.05 },
    object: { kind: 'VirtualService', service: 'payment', subset: 'canary', weight: 25 }, says: 'a VirtualService sends 25 % of payment to a subset that nobody defined: 503 NC',
  };
  return { ...shop, faults: [failing, ...(lost ? [{ ...lost, from: 0, to: day }] : [])], period: day };
}
