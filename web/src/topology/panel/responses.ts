import type { ResponseCount } from '../../graphql/operations.ts';

export type Outcome = 'ok' | 'client' | 'error';

export interface ResponseRow {
  readonly code: string;
  readonly flags: string;
  readonly meaning: string;
  readonly outcome: Outcome;
  readonly perSecond: number;
  /** Of all requests; null for client outcomes, which are no requests. */
  readonly share: number | null;
}

/** What Envoy's response flags mean (Envoy, access log command operators). */
const flagMeanings: Readonly<Record<string, string>> = {
  UH: 'no healthy upstream', UF: 'connection to upstream failed', UO: 'upstream overflow, circuit breaker', NR: 'no route', NC: 'no cluster', URX: 'retries exhausted', UT: 'upstream timeout', UC: 'upstream closed the connection',
  UR: 'upstream reset', LR: 'local reset', DC: 'caller closed the connection', DI: 'delay injected', FI: 'fault injected', RL: 'rate limited', UAEX: 'denied by external authorization', RLSE: 'rate limit service failed', IH: 'invalid header',
  SI: 'stream idle timeout', DPE: 'protocol error of the caller', UPE: 'protocol error of upstream', UMSDR: 'stream too long', OM: 'overload manager', DF: 'name not resolved', DT: 'duration timeout', DO: 'drop overload',
};

/** Names of gRPC status codes (grpc.io, status codes). */
const grpcNames = ['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS', 'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED'];

/** Rows by kind and code, requests before client outcomes; `seconds` is what rates are per. */
export function responseRows(responses: readonly ResponseCount[], seconds: number): readonly ResponseRow[] {
  const total = responses.reduce((sum, one) => sum + (one.clientOutcome ? 0 : one.count), 0);
  return [...responses]
    .sort((a, b) => Number(a.clientOutcome) - Number(b.clientOutcome) || a.code.localeCompare(b.code, 'en', { numeric: true }) || a.flags.localeCompare(b.flags))
    .map((one) => ({
      code: one.kind === 'grpc' && one.code !== '' ? `gRPC ${one.code}` : one.code === '' || one.code === '0' ? 'none' : one.code,
      flags: one.flags === '-' ? '' : one.flags,
      meaning: meaningOf(one),
      outcome: outcomeOf(one),
      perSecond: seconds > 0 ? one.count / seconds : 0,
      share: one.clientOutcome || total === 0 ? null : one.count / total,
    }));
}

function meaningOf({ kind, code, flags }: ResponseCount): string {
  const known = flags.split(',').map((flag) => flagMeanings[flag] ?? '').filter((text) => text !== '');
  return known.length > 0 ? known.join(', ') : kind === 'grpc' ? (grpcNames[Number(code)] ?? '') : '';
}

function outcomeOf({ kind, code }: ResponseCount): Outcome {
  if (kind === 'grpc' && code.length < 3) return code === '0' || code === '' ? 'ok' : 'error';
  if (code === '' || code === '0' || code === '-') return 'error';
  return code.startsWith('5') ? 'error' : code.startsWith('4') ? 'client' : 'ok';
}
