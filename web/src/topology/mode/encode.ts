import type { BlastRadius, StrictImpact, TrafficCost } from '../../graphql/insight.ts';
import { duration, percent } from '../../lib/format.ts';
import type { Topology } from '../graph/topology.ts';
import { monthly } from './money.ts';

/** Steps of the sequential scale, least first; `none` = not measured or not known. */
export const tones = ['level1', 'level2', 'level3', 'level4', 'level5', 'none'] as const;
export type Tone = (typeof tones)[number];

export interface EdgeStyle {
  readonly tone: Tone | null;
  /** On the graph; '' where there is none or no room for more. */
  readonly label: string;
  /** In lists; '' where the mode says nothing of the edge. */
  readonly text: string;
  /** What lists are ordered by, the largest first. */
  readonly rank: number;
}

/** The step of a line on the graph: of several edges the highest that any of them has. null = the mode has no scale. */
export function toneOf({ members }: { readonly members: readonly { readonly id: string }[] }, encoding: Pick<Encoding, 'edges'>): Tone | null {
  let highest: Tone | null = null;
  for (const { id } of members) {
    const tone = encoding.edges.get(id)?.tone ?? null;
    if (tone !== null && (highest === null || highest === 'none' || (tone !== 'none' && tones.indexOf(tone) > tones.indexOf(highest)))) highest = tone;
  }
  return highest;
}

/** What a mode says of nodes and edges, by id. What is not named is drawn as its health has it. */
export interface Encoding {
  readonly edges: ReadonlyMap<string, EdgeStyle>;
  /** Second line of cards; a card that is not named has none. */
  readonly nodes: ReadonlyMap<string, string>;
  /** All else is dimmed; null = nothing is. */
  readonly lit: { readonly nodes: ReadonlySet<string>; readonly edges: ReadonlySet<string> } | null;
  /** What several edges come to together, in words, from the sum of their ranks; null where ranks cannot be added up. */
  readonly inAll: ((ranks: number) => string) | null;
}

/** Upper limits of the first four steps of latency, p99 in milliseconds: the same in every graph, so pictures compare. */
export const latencyLimits = [10, 50, 200, 1000] as const;
/** Lower limits of the second to fifth step of cost, as parts of the dearest edge. */
export const costLimits = [0, 0.05, 0.2, 0.5] as const;
const mostLabels = 12;

/** p99 as hue; numbers on the slowest only. */
export function encodeLatency({ edges, nodes }: Pick<Topology, 'edges' | 'nodes'>): Encoding {
  const slowest = largest([...edges.values()].map((edge) => ({ id: edge.id, value: edge.p99Ms ?? 0 })));
  return {
    edges: new Map([...edges.values()].map(({ id, p99Ms }) => [id, { tone: p99Ms === null ? 'none' : tones[latencyLimits.filter((limit) => p99Ms >= limit).length]!, label: slowest.has(id) ? duration(p99Ms) : '', text: p99Ms === null ? '' : `p99 ${duration(p99Ms)}`, rank: p99Ms ?? -1 }])),
    nodes: new Map([...nodes.values()].filter((node) => node.p99Ms !== null).map((node) => [node.id, `p99 ${duration(node.p99Ms)}`])),
    lit: null, inAll: null,
  };
}

/** Edges that would fail if the namespace took mutual TLS only say so; colours are those of observed encryption. */
export function encodeStrict(impact: StrictImpact): Encoding {
  // Of the whole mesh the dashes of plaintext say the same.
  const label = (text: string): string => (impact.namespace === '' ? '' : text);
  return {
    edges: new Map([
      ...impact.unknown.map(({ edge }): [string, EdgeStyle] => [edge, { tone: null, label: label('may break'), text: 'may break', rank: 1 }]),
      ...impact.breaking.map(({ edge }): [string, EdgeStyle] => [edge, { tone: null, label: label('would break'), text: 'would break', rank: 2 }]),
    ]),
    nodes: new Map(), lit: null, inAll: null,
  };
}

/** A share of a service's own calls in whole per cent: a card has room for `entry 100 %`. */
export function dependence(share: number): string {
  return share > 0 && share < 0.005 ? '< 1\u202f%' : percent(Math.round(share * 100) / 100).replace('.0', '');
}

/** Dims what does not depend on the subject; cards say which share of their own calls needs it. */
export function encodeBlast(blast: BlastRadius, edges: Topology['edges']): Encoding {
  const subject = blast.edge === null ? undefined : edges.get(blast.edge);
  const own = subject ? [subject.source, subject.destination] : blast.node === null ? [] : [blast.node];
  return {
    edges: new Map<string, EdgeStyle>([...blast.edges.map((id) => [id, { tone: null, label: '', text: 'leads to it', rank: 1 }] as const), ...(blast.edge === null ? [] : [[blast.edge, { tone: null, label: '', text: 'selected', rank: 2 }] as const])]),
    nodes: new Map([...(blast.node === null ? [] : [[blast.node, 'selected'] as const]), ...blast.dependents.map((one) => [one.node.id, `${one.isEntryPoint ? 'entry ' : ''}${dependence(one.share)}`] as const)]),
    lit: { nodes: new Set([...own, ...blast.dependents.map((one) => one.node.id)]), edges: new Set([...blast.edges, ...(blast.edge === null ? [] : [blast.edge])]) },
    inAll: null,
  };
}

/** Cost as hue relative to the dearest edge; numbers on the dearest only. Where no zone is known there is no cost. */
export function encodeCost(cost: TrafficCost, edges: Topology['edges']): Encoding {
  const items = new Map(cost.items.filter((item) => item.edge !== null).map((item) => [item.edge!, item]));
  const dearest = Math.max(0, ...cost.items.map((item) => item.monthlyCost));
  const labelled = largest([...items].map(([id, item]) => ({ id, value: item.monthlyCost })));
  return {
    edges: new Map([...edges.keys()].map((id) => {
      const item = items.get(id);
      const priced = item?.parts.some((part) => part.kind !== 'unknown') ?? false;
      if (!item || !priced) return [id, { tone: 'none' as const, label: '', text: '', rank: -1 }];
      const step = item.monthlyCost === 0 ? 0 : costLimits.filter((limit) => item.monthlyCost > 0 && item.monthlyCost >= limit * dearest).length;
      return [id, { tone: tones[step]!, label: labelled.has(id) ? monthly(item.monthlyCost, cost.currency) : '', text: monthly(item.monthlyCost, cost.currency), rank: item.monthlyCost }];
    })),
    nodes: new Map(), lit: null, inAll: (monthlyCost) => monthly(monthlyCost, cost.currency),
  };
}

function largest(values: readonly { readonly id: string; readonly value: number }[]): ReadonlySet<string> {
  return new Set(values.filter(({ value }) => value > 0).sort((a, b) => b.value - a.value || (a.id < b.id ? -1 : 1)).slice(0, mostLabels).map(({ id }) => id));
}
