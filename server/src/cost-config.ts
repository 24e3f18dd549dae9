import { z } from 'zod';

const price = (perGb: number) => z.number().min(0).max(1_000).default(perGb);

/**
 * `cost:` of the configuration: prices per 10^9 bytes, both directions together. The defaults are public list prices of a
 * typical cloud in US dollars (between zones 0.01 on either side; between near regions 0.02; to the Internet 0.09 in the
 * first tier): put the ones of your contract here.
 */
export const costConfig = z.strictObject({
  currency: z.string().min(1).max(8).default('USD'),
  perGb: z.strictObject({ sameZone: price(0), crossZone: price(0.02), crossRegion: price(0.02), internet: price(0.09) }).prefault({}),
});
