import { envoyBounds } from './envoy-text.ts';
import { expectedEdges, nodeKey } from './expected.ts';
import { createRandom, type Random } from './random.ts';
import { indexScenario, slowdownOf, type Call, type Fault, type Operation, type Scenario, type ScenarioIndex } from './scenario.ts';

/** Bounds that a quantile may have: the histogram bucket that holds the true one, and its neighbours' share of doubt. */
export interface LatencyRange { readonly p50: readonly [number, number]; readonly p99: readonly [number, number] }

const trials = 4000;

/**
 * Latency at the destination of each edge whose destination's proxy (or waypoint) measures it and which meets no
 * trouble of its own: the declared distributions added up along the calls, by seeded trials.
 */
export function edgeLatencies(scenario: Scenario, faults: readonly Fault[]): ReadonlyMap<string, LatencyRange> {
  const index = indexScenario(scenario);
  const operationsOf = operationsByPair(index);
  const ranges = new Map<string, LatencyRange>();
  for (const edge of expectedEdges(scenario, faults)) {
    const key = `${nodeKey(edge.source)} → ${nodeKey(edge.destination)}`;
    const measured = edge.errorRatio === 0 && edge.evidence.some((witness) => witness === 'proxy/middle' || (witness === 'proxy/destination' && edge.destination.namespace !== 'payments'));
    const operations = operationsOf.get(`${edge.source.name} ${edge.service}`) ?? [];
    const only = operations[0];
    if (!measured || only === undefined || operations.length > 1) continue;
    const random = createRandom(9);
    const values = Array.from({ length: trials }, () => durationOf(index, only, faults, random)).sort((a, b) => a - b);
    const at = (share: number): number => values[Math.floor(share * trials)] ?? 0;
    ranges.set(key, { p50: bucketAround(at(0.46), at(0.54)), p99: bucketAround(at(0.97), at(0.998)) });
  }
  return ranges;
}

/** Time in a handler: its work and its calls, each with the way there and back. */
function durationOf(index: ScenarioIndex, operation: Operation, faults: readonly Fault[], random: Random): number {
  let ms = random.duration(operation.work);
  for (const call of operation.calls) if (random.next() < call.probability) ms += callDuration(index, call, faults, random);
  return ms;
}

function callDuration(index: ScenarioIndex, call: Call, faults: readonly Fault[], random: Random): number {
  switch (call.kind) {
    case 'query': return random.duration(call.latency) * slowdownOf(call.database, faults);
    case 'publish': return 1.5;
    case 'external': return random.duration(call.latency);
    case 'request': return random.duration(index.scenario.network) + durationOf(index, index.operation(call.operation), faults, random);
  }
}

/** From the lower bound of the bucket that holds `low` to the upper bound of the one that holds `high`. */
function bucketAround(low: number, high: number): [number, number] {
  const floor = envoyBounds.filter((bound) => bound < Math.floor(low)).at(-1) ?? 0;
  return [floor, envoyBounds.find((bound) => bound >= high) ?? Infinity];
}

/** Operations that one workload calls on one service, by `<workload> <service>`. */
function operationsByPair(index: ScenarioIndex): ReadonlyMap<string, readonly Operation[]> {
  const pairs = new Map<string, Set<Operation>>();
  const add = (caller: string, name: string): void => {
    const operation = index.operation(name);
    const key = `${caller} ${operation.service}`;
    pairs.set(key, (pairs.get(key) ?? new Set()).add(operation));
  };
  for (const root of index.scenario.roots) add(root.gateway, root.operation);
  for (const operation of index.scenario.operations) {
    for (const call of operation.calls) {
      if (call.kind === 'request') for (const { workload } of index.service(operation.service).backends) add(workload, call.operation);
    }
  }
  return new Map([...pairs].map(([key, operations]) => [key, [...operations]]));
}
