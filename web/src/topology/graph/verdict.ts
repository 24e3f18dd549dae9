import { plural } from '../../lib/format.ts';
import { servicesOf, type HealthState, type TopologyEdge, type TopologyNode } from './topology.ts';

export interface Verdict {
  readonly state: HealthState;
  readonly text: string;
}

/** How a mesh is, in a few words: by its failing services, else by edges that fail though their services answer most requests. */
export function verdictOf(nodes: readonly Pick<TopologyNode, 'state' | 'kind'>[], edges: readonly Pick<TopologyEdge, 'state'>[]): Verdict {
  const counted = (among: readonly { readonly state: string }[], state: HealthState): number => among.filter((one) => one.state === state).length;
  const services = servicesOf(nodes), down = counted(services, 'failing');
  if (down > 0) return { state: 'failing', text: `${down} of ${plural(services.length, 'service')} failing` };
  const failing = counted(edges, 'failing');
  if (failing > 0) return { state: 'failing', text: `${failing} of ${plural(edges.length, 'edge')} failing` };
  const degraded = counted(edges, 'degraded');
  if (degraded > 0) return { state: 'degraded', text: `${plural(degraded, 'edge')} degraded` };
  return { state: 'healthy', text: `${plural(services.length, 'service')}, all healthy` };
}
