/** What the correction of clocks reads of a span. */
export interface ClockedSpan {
  readonly spanId: string;
  readonly parentSpanId: string;
  /** OTLP span kind. */
  readonly kind: number;
  /** Whose clock gave the times: spans of one host are never moved against each other. */
  readonly host: string;
  readonly startNs: bigint;
  readonly durationNs: bigint;
}

/** How far a span's clock seems to be off; `startNs - skewNs` is its corrected start. */
export interface SpanClock {
  readonly skewNs: bigint;
  /** What a reader has to know about the times of this span; `''` where there is nothing. */
  readonly warning: string;
}

const serverKind = 2, clientKind = 3, producerKind = 4, consumerKind = 5;
const trusted: SpanClock = { skewNs: 0n, warning: '' };
/** Without durations something is known all the same: a message needs time to arrive. */
const leastLatencyNs = 1_000n;

/**
 * Clocks of hosts, corrected by causality (the rule of Jaeger, with Zipkin's shared ids and one-way calls):
 * 1. spans are walked from the roots; a server that shares its client's span id is that client's child;
 * 2. a child on its parent's host has its parent's clock;
 * 3. a child on another host that began before its parent, or ended after it though it was shorter, has another clock:
 *    it is laid into the middle of its parent, half of the difference of their durations being each way's latency. One that
 *    lasted longer than its parent is moved to the parent's start at most;
 * 4. receivers of messages may end whenever they like: only a receipt before the sending is impossible;
 * 5. what is more than `maxSkewNs` stays as it is and is told, as are spans whose parent is missing and doubled ids.
 * The result has the order of the spans.
 */
export function clockSkews(spans: readonly ClockedSpan[], maxSkewNs: bigint): SpanClock[] {
  const parents = parentsOf(spans);
  if (!parents) return spans.map(() => ({ skewNs: 0n, warning: 'duplicate span IDs; skipping clock skew adjustment' }));
  const clocks: (SpanClock | undefined)[] = spans.map(() => undefined);
  const children = new Map<number, number[]>();
  const pending: number[] = [];
  parents.forEach((parent, i) => {
    if (typeof parent === 'number') {
      const siblings = children.get(parent);
      if (siblings) siblings.push(i);
      else children.set(parent, [i]);
    } else {
      clocks[i] = parent === '' ? trusted : { skewNs: 0n, warning: `parent span ID=${parent} is not in the trace; skipping clock skew adjustment` };
      pending.push(i);
    }
  });
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const child of children.get(at) ?? []) {
      clocks[child] = clockOf(spans[child]!, spans[at]!, clocks[at]!.skewNs, maxSkewNs);
      pending.push(child);
    }
  }
  // Spans that are each other's ancestors are reached from no root.
  return clocks.map((clock) => clock ?? { skewNs: 0n, warning: 'its parents go in a circle; skipping clock skew adjustment' });
}

/** For each span the index of its parent, or the id of one that is missing (`''` for a root); null where ids are doubled. */
function parentsOf(spans: readonly ClockedSpan[]): (number | string)[] | null {
  const clients = new Map<string, number>(), others = new Map<string, number>();
  for (const [i, { spanId, kind }] of spans.entries()) {
    const side = kind === clientKind || kind === producerKind ? clients : others;
    if (side.has(spanId)) return null;
    side.set(spanId, i);
  }
  for (const [id, i] of others) if (clients.has(id) && !isReceiver(spans[i]!)) return null;
  return spans.map(({ spanId, parentSpanId, kind }) => {
    const shared = kind === serverKind || kind === consumerKind ? clients.get(spanId) : undefined;
    return shared ?? others.get(parentSpanId) ?? clients.get(parentSpanId) ?? parentSpanId;
  });
}

function isReceiver({ kind }: ClockedSpan): boolean {
  return kind === serverKind || kind === consumerKind;
}

function clockOf(child: ClockedSpan, parent: ClockedSpan, parentSkewNs: bigint, maxSkewNs: bigint): SpanClock {
  if (child.host === parent.host) return { skewNs: parentSkewNs, warning: moved(parentSkewNs) };
  const skewNs = skewOf(child, { ...parent, startNs: parent.startNs - parentSkewNs });
  if (skewNs === 0n) return trusted;
  if (magnitude(skewNs) <= maxSkewNs) return { skewNs, warning: moved(skewNs) };
  return {
    skewNs: 0n,
    warning: maxSkewNs === 0n
      ? `clock skew adjustment disabled; not applying calculated delta of ${milliseconds(-skewNs)}`
      : `max clock skew adjustment delta of ${milliseconds(maxSkewNs)} exceeded; not applying calculated delta of ${milliseconds(-skewNs)}`,
  };
}

/** How far the child's clock is off against its parent's; 0n where the times are possible as they are. */
function skewOf(child: ClockedSpan, parent: ClockedSpan): bigint {
  const early = child.startNs < parent.startNs;
  const isMessage = child.kind === consumerKind || parent.kind === producerKind;
  if (child.durationNs > parent.durationNs || isMessage) return early ? child.startNs - parent.startNs : 0n;
  if (!early && child.startNs + child.durationNs <= parent.startNs + parent.durationNs) return 0n;
  const known = parent.durationNs > 0n || child.durationNs > 0n;
  const latencyNs = known ? (parent.durationNs - child.durationNs) / 2n : leastLatencyNs;
  return child.startNs - parent.startNs - latencyNs;
}

function moved(skewNs: bigint): string {
  return skewNs === 0n ? '' : `times corrected by ${milliseconds(-skewNs)}: the clock of this host differs from its caller's`;
}

function magnitude(ns: bigint): bigint {
  return ns < 0n ? -ns : ns;
}

function milliseconds(ns: bigint): string {
  return `${Number(ns) / 1e6}ms`;
}
