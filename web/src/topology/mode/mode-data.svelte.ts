import { blastRadiusQuery, mtlsPostureQuery, strictImpactQuery, trafficCostQuery, type BlastRadius, type MtlsPosture, type StrictImpact, type TrafficCost } from '../../graphql/insight.ts';
import type { GraphInput } from '../../graphql/operations.ts';
import { request } from '../../graphql/request.ts';
import { Remote } from '../../lib/remote.svelte.ts';
import type { Mode } from '../../lib/view-state.ts';
import type { Topology } from '../graph/topology.ts';
import { encodeBlast, encodeCost, encodeLatency, encodeStrict, type Encoding } from './encode.ts';

/** What a mode is asked for. */
export interface ModeQuestion {
  readonly mode: Mode;
  readonly node: string | null;
  readonly edge: string | null;
  /** '' = the whole mesh. */
  readonly namespace: string;
  readonly input: GraphInput;
  /** What it is about, apart from where a live window stands. */
  readonly about: string;
}

const mostItems = 1000;

/** Data that only one mode needs: loaded in it alone. */
export class ModeData {
  readonly blast = new Remote<BlastRadius | null>();
  readonly cost = new Remote<TrafficCost>();
  readonly strict = new Remote<StrictImpact>();
  readonly posture = new Remote<MtlsPosture>();

  ask({ mode, node, edge, namespace, input, about }: ModeQuestion): void {
    const subject = `${node ?? ''} ${edge ?? ''}`;
    if (mode === 'blast' && (node !== null || edge !== null)) void this.blast.load(subject, async (signal) => (await request(blastRadiusQuery, { node, edge, input }, signal)).blastRadius, `${subject} ${about}`);
    else this.blast.close();
    if (mode === 'cost') void this.cost.load(input.type, async (signal) => (await request(trafficCostQuery, { input, first: mostItems }, signal)).trafficCost, about);
    else this.cost.close();
    if (mode === 'mtls') {
      void this.posture.load(JSON.stringify([input.type, input.namespaces]), async (signal) => (await request(mtlsPostureQuery, { input }, signal)).mtlsPosture, about);
      void this.strict.load(`${input.type} ${namespace}`, async (signal) => (await request(strictImpactQuery, { namespace, input }, signal)).strictImpact, `${namespace} ${about}`);
    } else {
      this.posture.close();
      this.strict.close();
    }
  }

  /** What the mode says of a graph; null where it says nothing (yet). */
  encoding(mode: Mode, chosen: { readonly node: string | null; readonly edge: string | null }, topology: Topology): Encoding | null {
    if (mode === 'latency') return encodeLatency(topology);
    if (mode === 'cost') return this.cost.value && encodeCost(this.cost.value, topology.edges);
    if (mode === 'mtls') return this.strict.value && encodeStrict(this.strict.value);
    const blast = mode === 'blast' ? this.blast.value : null;
    return blast && blast.node === chosen.node && blast.edge === chosen.edge ? encodeBlast(blast, topology.edges) : null;
  }

  close(): void {
    for (const remote of [this.blast, this.cost, this.strict, this.posture]) remote.close();
  }
}
