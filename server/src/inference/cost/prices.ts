/** Where bytes went, as clouds price it. `unknown`: the zones are not known; never priced. */
export const CostKind = { sameZone: 'sameZone', crossZone: 'crossZone', crossRegion: 'crossRegion', internet: 'internet', unknown: 'unknown' } as const;
export type CostKind = (typeof CostKind)[keyof typeof CostKind];

/** All kinds, the cheapest first. */
export const costKinds: readonly CostKind[] = ['sameZone', 'crossZone', 'crossRegion', 'internet', 'unknown'];

/** Prices per 10^9 bytes of the kinds that are priced. */
export interface PriceTable {
  readonly currency: string;
  readonly perGb: Readonly<Record<Exclude<CostKind, 'unknown'>, number>>;
}

/**
 * The region of a zone: `us-east-1a` → `us-east-1`, `europe-west1-b` → `europe-west1`, `eastus-2` → `eastus`,
 * and of a locality `region/zone[/subzone]` its first part. A zone of another form is its own region.
 */
export function regionOf(zone: string): string {
  const slash = zone.indexOf('/');
  if (slash > 0) return zone.slice(0, slash);
  return /^(.*[a-z]-\d+)[a-z]$/.exec(zone)?.[1] ?? /^(.*\d)-[a-z]$/.exec(zone)?.[1] ?? /^([a-z]+\d*)-\d$/.exec(zone)?.[1] ?? zone;
}

/** What traffic between two zones is; a missing zone makes it unknown. */
export function kindOfZones(source: string, destination: string): CostKind {
  if (source === '' || destination === '') return CostKind.unknown;
  if (source === destination) return CostKind.sameZone;
  return regionOf(source) === regionOf(destination) ? CostKind.crossZone : CostKind.crossRegion;
}
