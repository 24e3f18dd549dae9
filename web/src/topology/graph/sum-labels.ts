import { byteRate, duration, percent, rate } from '../../lib/format.ts';
import type { Mode } from '../../lib/view-state.ts';
import type { Encoding } from '../mode/encode.ts';
import type { DrawnEdge } from './collapse.ts';
import { failureShare, readReason, type Reason } from './reason.ts';
import { isPlaintext, states, type TopologyEdge } from './topology.ts';

export interface SumOptions {
  readonly mode: Mode;
  readonly encoding: Encoding | null;
  readonly plaintext: boolean;
}

/** Where only the largest numbers are written: so many. */
const mostLabels = 12;

/**
 * What lines say that stand for several edges, by their ids: a text of one line, or two, then narrower ones;
 * those that are not named say nothing. What can be added up (requests, bytes, cost) is added up. What cannot (quantiles,
 * shares of failures) is told of the edge where it is worst: the p99 of all that goes over a line is never larger.
 */
export function sumLabels(lines: readonly DrawnEdge[], options: SumOptions): ReadonlyMap<string, readonly string[]> {
  const sums = lines.filter(({ edge }) => edge === null);
  return new Map(labelled(sums, options).flatMap((line) => {
    const texts = textsOf(line, options).filter((text) => text !== '');
    return texts.length === 0 ? [] : [[line.id, texts]];
  }));
}

function labelled(sums: readonly DrawnEdge[], { mode, encoding }: SumOptions): readonly DrawnEdge[] {
  if (mode === 'latency') return largest(sums, slowest);
  return mode === 'cost' ? largest(sums, (line) => costOf(line, encoding)) : sums;
}

function textsOf(line: DrawnEdge, { mode, encoding, plaintext }: SumOptions): readonly string[] {
  const atMost = (text: string, short = text): readonly string[] => (line.members.length === 1 ? [text, short] : [`up to ${text}`, `≤ ${short}`]);
  const failing = line.state === 'failing' || (mode === 'traffic' && line.state === 'degraded') ? worstOf(line) : null;
  const failures = failing ? atMost(failing.text, failing.share === null ? failing.text : percent(failing.share)) : [];
  switch (mode) {
    case 'traffic': {
      const traffic = trafficOf(line);
      return traffic === '' || failures.length === 0 ? [traffic, ...failures] : [`${traffic}, ${failures[0]}`, `${traffic}\n${failures[1]}`, traffic];
    }
    case 'health': return failures.length > 0 ? failures : plaintext && line.members.some(isPlaintext) ? ['plaintext'] : [];
    case 'latency': return atMost(duration(slowest(line)));
    case 'cost': return [costText(line, encoding)];
    case 'mtls': return securityTexts(line, encoding);
    case 'blast': return [];
  }
}

/** Requests of all edges where any has some, else bytes. */
function trafficOf({ rps, members }: DrawnEdge): string {
  if (rps !== null) return rate(rps);
  const bytes = members.flatMap((edge) => edge.bytesPerSecond ?? []);
  return bytes.length === 0 ? '' : byteRate(bytes.reduce((all, one) => all + one, 0));
}

/** Why that edge is unhealthy which fails most among those in the worst state. */
function worstOf({ members }: DrawnEdge): Reason | null {
  let worst: TopologyEdge | null = null;
  for (const edge of members) {
    if (edge.state !== 'failing' && edge.state !== 'degraded') continue;
    const graver = worst === null ? -1 : states.indexOf(edge.state) - states.indexOf(worst.state);
    if (worst === null || graver < 0 || (graver === 0 && (failureShare(edge) ?? 0) > (failureShare(worst) ?? 0))) worst = edge;
  }
  return worst === null || worst.reason === '' ? null : readReason(worst.reason);
}

/** Milliseconds. */
function slowest({ members }: DrawnEdge): number {
  return Math.max(0, ...members.map((edge) => edge.p99Ms ?? 0));
}

/** A month's. */
function costOf({ members }: DrawnEdge, encoding: Encoding | null): number {
  return members.reduce((all, { id }) => all + Math.max(0, encoding?.edges.get(id)?.rank ?? 0), 0);
}

/** Edges without a price, because no zone is known, may cost something. */
function costText(line: DrawnEdge, encoding: Encoding | null): string {
  if (!encoding?.inAll) return '';
  const whole = line.members.every(({ id }) => (encoding.edges.get(id)?.tone ?? 'none') !== 'none');
  return `${whole ? '' : '≥ '}${encoding.inAll(costOf(line, encoding))}`;
}

/** What STRICT would break where that is asked of one namespace, else what is seen in plaintext. */
function securityTexts({ members }: DrawnEdge, encoding: Encoding | null): readonly string[] {
  const styles = members.flatMap(({ id }) => encoding?.edges.get(id) ?? []).filter(({ label }) => label !== '').sort((a, b) => b.rank - a.rank);
  const counts = [...Map.groupBy(styles, ({ label }) => label)].map(([label, edges]) => `${edges.length} ${label}`);
  if (counts.length > 0) return [counts.join(', '), counts[0]!];
  const plain = members.filter(isPlaintext).length;
  if (plain === 0 || plain === members.length) return plain === 0 ? [] : ['plaintext'];
  return [`${plain} of ${members.length} plaintext`, `${plain} plaintext`];
}

function largest(lines: readonly DrawnEdge[], of: (line: DrawnEdge) => number): readonly DrawnEdge[] {
  return lines.filter((line) => of(line) > 0).sort((a, b) => of(b) - of(a) || (a.id < b.id ? -1 : 1)).slice(0, mostLabels);
}
