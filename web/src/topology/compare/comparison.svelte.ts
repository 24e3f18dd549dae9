import { graphDeltaQuery, twoTrafficsQuery, type TwoTraffics } from '../../graphql/compare.ts';
import { eventsQuery, type EventPage } from '../../graphql/operations.ts';
import { request } from '../../graphql/request.ts';
import { Remote } from '../../lib/remote.svelte.ts';
import type { Range } from '../../lib/view-state.ts';
import type { Topology } from '../graph/topology.ts';
import type { Subject } from '../graph-input.ts';
import { comparedTopology } from './compared-topology.ts';
import { decodeDelta, type GraphDelta } from './decode-delta.ts';

const mostEvents = 50;

/** The difference of two windows, as long as one is asked for, with the traffic of both and what happened between them. */
export class Comparison {
  readonly delta = new Remote<GraphDelta>();
  readonly traffic = new Remote<TwoTraffics>();
  readonly events = new Remote<EventPage>();
  active = $state(false);
  #part = false;
  /** What was drawn last: it stays while another comparison is worked out, so that nothing flashes in the colours of health. */
  #drawn: Topology | null = null;

  ask(subject: Subject, before: Range, after: Range): void {
    this.active = true;
    this.#part = subject.node !== undefined;
    const key = JSON.stringify([subject, before, after]);
    const input = { ...subject, window: {} };
    void this.delta.load(key, async (signal) => decodeDelta((await request(graphDeltaQuery, { before, after, input }, signal)).graphDeltaColumns));
    void this.traffic.load(key, async (signal) => request(twoTrafficsQuery, { before: { ...subject, window: before }, after: { ...subject, window: after } }, signal));
    const window = { from: Math.min(before.from, after.from), to: Math.max(before.to, after.to) };
    void this.events.load(key, async (signal) => (await request(eventsQuery, { window, namespaces: subject.namespaces, limit: mostEvents }, signal)).events);
  }

  stop(): void {
    this.active = false;
    this.#drawn = null;
    for (const remote of [this.delta, this.traffic, this.events]) remote.close();
  }

  /** The graph as it is drawn: of what changed, where the answer is there and belongs to it. */
  of(shown: Topology | null): Topology | null {
    if (!this.active || !shown || this.delta.failure !== null) return null;
    const delta = this.delta.value;
    if (delta && Math.abs(delta.after.to - shown.to) <= shown.step) this.#drawn = comparedTopology(shown, delta, this.#part);
    return this.#drawn?.type === shown.type ? this.#drawn : null;
  }
}
