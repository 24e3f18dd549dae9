import { graphDeltaQuery, type GraphDelta } from '../../graphql/compare.ts';
import { request } from '../../graphql/request.ts';
import { Remote } from '../../lib/remote.svelte.ts';
import type { Range } from '../../lib/view-state.ts';
import type { Topology } from '../graph/topology.ts';
import type { Subject } from '../graph-input.ts';
import { comparedTopology, type ComparedTopology } from './compared-topology.ts';

/** The difference of two windows, as long as one is asked for. */
export class Comparison {
  readonly delta = new Remote<GraphDelta>();
  active = $state(false);

  ask(subject: Subject, before: Range, after: Range): void {
    this.active = true;
    const { type, namespaces } = subject;
    const input = { type, namespaces, idle: false, window: {} };
    void this.delta.load(JSON.stringify([type, namespaces, before, after]), async (signal) => (await request(graphDeltaQuery, { before, after, input }, signal)).graphDelta);
  }

  stop(): void {
    this.active = false;
    this.delta.close();
  }

  /** The graph as it is drawn: of what changed, where the answer is there and belongs to it. */
  of(shown: Topology | null): ComparedTopology | null {
    const delta = this.active ? this.delta.value : null;
    return shown && delta && Math.abs(delta.after.to - shown.to) <= shown.step ? comparedTopology(shown, delta) : null;
  }
}
