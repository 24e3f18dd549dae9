import type { ObservedEntity } from './entity-pattern.ts';
import type { Topology, TopologyRule } from './parse-topology.ts';

/** An edge of the graph that traffic was seen on. */
export interface ObservedEdge {
  readonly id: string;
  readonly source: ObservedEntity;
  readonly destination: ObservedEntity;
  readonly requestsPerSecond: number | null;
  readonly connectionsPerSecond: number | null;
  readonly bytesPerSecond: number | null;
  /** Unix seconds. */
  readonly lastSeen: number;
}

/** An edge that must not be: a rule forbids it, or none allows it. */
export interface Violation {
  readonly edge: ObservedEdge;
  /** Null: no rule names the edge, and the default is deny. */
  readonly rule: TopologyRule | null;
}

/** Observed edges held against the allowed ones; without violations all `checked` edges are allowed. */
export interface TopologyVerdict {
  readonly checked: number;
  /** Busiest first. */
  readonly violations: readonly Violation[];
  /** Rules that no observed edge met. */
  readonly unused: readonly TopologyRule[];
}

/** Deny rules are looked at first, then allow rules, then the default. */
export function checkTopology(topology: Topology, edges: readonly ObservedEdge[]): TopologyVerdict {
  const used = new Set<TopologyRule>();
  const violations: Violation[] = [];
  for (const edge of edges) {
    const met = topology.rules.filter((rule) => meets(rule, edge));
    for (const rule of met) used.add(rule);
    const denying = met.find(({ effect }) => effect === 'deny');
    if (denying) violations.push({ edge, rule: denying });
    else if (met.length === 0 && topology.otherwise === 'deny') violations.push({ edge, rule: null });
  }
  violations.sort((a, b) => weight(b.edge) - weight(a.edge) || (a.edge.id < b.edge.id ? -1 : 1));
  return { checked: edges.length, violations, unused: topology.rules.filter((rule) => !used.has(rule)) };
}

function meets({ from, to, except }: TopologyRule, { source, destination }: ObservedEdge): boolean {
  return from.some((one) => one.matches(source)) && to.some((one) => one.matches(destination)) && !except.some((one) => one.matches(source));
}

const weight = ({ requestsPerSecond, connectionsPerSecond, bytesPerSecond }: ObservedEdge): number => requestsPerSecond ?? connectionsPerSecond ?? (bytesPerSecond ?? 0) / 1e6;
