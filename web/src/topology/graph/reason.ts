import type { TopologyEdge, TopologyNode } from './topology.ts';

/**
 * Whose number a reason of health is: what was served, what the callers of an edge got though it is none of its errors, or
 * what a service got from those that it calls.
 */
export type SeenBy = 'served' | 'caller' | 'outbound';

export interface Reason {
  /** `17.0 % 5xx`: without whose it is. */
  readonly text: string;
  /** 0 … 1; null where the reason has no number. */
  readonly share: number | null;
  readonly seenBy: SeenBy;
}

/** Reads a reason as the schema writes it: `12.4 % 5xx`, `17.0 % 5xx at caller`, `3.1 % 5xx outbound`, `< 0.1 % no response`. */
export function readReason(reason: string): Reason {
  const seenBy = reason.endsWith(' at caller') ? 'caller' : reason.endsWith(' outbound') ? 'outbound' : 'served';
  const number = /^(?:< )?(\d+(?:\.\d+)?) % /.exec(reason)?.[1];
  return { text: reason.replace(/ (?:at caller|outbound)$/, ''), share: number === undefined ? null : Number(number) / 100, seenBy };
}

/** Share of failures that a service or edge is about: its errors, or what its callers alone saw where that is more. null = not measured. */
export function failureShare({ errorRatio, reason }: Pick<TopologyEdge | TopologyNode, 'errorRatio' | 'reason'>): number | null {
  const { share, seenBy, text } = readReason(reason);
  return seenBy === 'caller' && share !== null && !text.endsWith('4xx') ? Math.max(errorRatio ?? 0, share) : errorRatio;
}
