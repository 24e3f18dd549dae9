import { Measured } from '@orrery/collectors/model/edge-traffic';
import { outcomeOf } from '../response-outcome.ts';
import type { TrafficSum } from '../traffic-sum.ts';
import { syntheticCode } from './tolerance.ts';

/** Counts by code within each protocol: what health is judged by. */
export type CodeCounts = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Whether nothing failed: no code that any tolerance could name. Spares most edges the counting. */
export function allWell(responses: ReadonlyMap<string, number>, sum: TrafficSum): boolean {
  if (sum.errors > 0 || sum.connectionsFailed > 0 || sum.drops > 0) return false;
  for (const key of responses.keys()) {
    const { kind, code, isError } = outcomeOf(key);
    if (isError || (kind === 'http' && code.charCodeAt(0) === 0x34)) return false;
  }
  return true;
}

/**
 * Codes by protocol from response counts. Code 0 and none are `-` (no response), as in Kiali. A gRPC answer with three
 * digits came from a proxy and is an HTTP code. Requests without any code count under `other`, connections and drops under `tcp`.
 * Codes that the caller saw are not compared with the sum's requests: the attempts behind a retry are its server's alone.
 */
export function codeCounts(responses: ReadonlyMap<string, number>, sum: TrafficSum): CodeCounts {
  const protocols = new Map<string, Map<string, number>>();
  const add = (protocol: string, code: string, count: number): void => {
    if (count <= 0) return;
    let codes = protocols.get(protocol);
    if (!codes) protocols.set(protocol, (codes = new Map()));
    codes.set(code, (codes.get(code) ?? 0) + count);
  };
  let coded = 0, codedErrors = 0;
  for (const [key, count] of responses) {
    const { kind, code, isError } = outcomeOf(key);
    if (kind !== 'http' && kind !== 'grpc') continue;
    coded += count;
    if (isError) codedErrors += count;
    add(kind === 'grpc' && code.length === 3 ? 'http' : kind, code === '' || (kind === 'http' && code === '0') ? '-' : code, count);
  }
  if (coded === 0 && (sum.measured & Measured.requests) !== 0) {
    add('other', syntheticCode.error, sum.errors);
    add('other', syntheticCode.ok, sum.requests - sum.errors);
  } else if (responses === sum.responses && codedErrors < sum.errors && sum.requests > coded) {
    const errors = Math.min(sum.errors - codedErrors, sum.requests - coded);
    add('other', syntheticCode.error, errors);
    add('other', syntheticCode.ok, sum.requests - coded - errors);
  }
  add('tcp', syntheticCode.failed, sum.connectionsFailed);
  add('tcp', syntheticCode.dropped, sum.drops);
  add('tcp', syntheticCode.ok, sum.connections - sum.connectionsFailed);
  return protocols;
}
