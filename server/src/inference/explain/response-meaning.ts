import type { Outcome } from '../response-outcome.ts';

/** Envoy's response flags in words (facts of the access-log format), as far as they say why something failed. */
const envoyFlags: Readonly<Record<string, string>> = {
  UH: 'no healthy endpoint', UF: 'the connection to the destination failed', UO: 'a circuit breaker was open', NR: 'no route fits the request',
  NC: 'the cluster that the route names does not exist', URX: 'all retries or connection attempts failed', UT: 'the destination did not answer in time',
  UC: 'the destination closed the connection', DC: 'the caller closed the connection', LH: 'the proxy’s own health check failed', LR: 'the proxy reset the connection',
  UR: 'the destination reset the stream', RL: 'refused by a rate limit', RLSE: 'the rate-limit service failed', UAEX: 'refused by external authorization or policy',
  FI: 'failed on purpose (fault injection)', DI: 'delayed on purpose (fault injection)', DO: 'dropped because of overload', OM: 'the proxy shed load (overload manager)',
  SI: 'the stream was idle too long', IH: 'an invalid header was refused', DPE: 'the caller broke the protocol', UPE: 'the destination broke the protocol',
  UMSDR: 'the stream reached its longest duration', DT: 'the request reached its longest duration', RFCF: 'the cached response could not be used', NFCF: 'no filter configuration',
  DF: 'the name of the destination could not be resolved', DR: 'the caller reset the stream',
};

/** What ztunnel puts where Envoy has flags, on connections. */
const connectionFlags: Readonly<Record<string, string>> = {
  CONNECT: 'the connection could not be made', DENY: 'refused by an authorization policy', TLS_FAILURE: 'the TLS handshake failed', H2_HANDSHAKE_FAILURE: 'the tunnel’s HTTP/2 handshake failed',
  NETWORK_POLICY: 'stopped on the way, as a network policy does', IDENTITY_ERROR: 'no certificate for the identity', CERT_REVOKED: 'the certificate is revoked',
};

const grpcCodes = [
  'ok', 'cancelled', 'unknown error', 'invalid argument', 'deadline exceeded', 'not found', 'already exists', 'permission denied', 'resource exhausted',
  'failed precondition', 'aborted', 'out of range', 'unimplemented', 'internal error', 'unavailable', 'data loss', 'unauthenticated',
];

const httpCodes: Readonly<Record<string, string>> = {
  '400': 'bad request', '401': 'not authenticated', '403': 'forbidden', '404': 'not found', '408': 'request timeout', '409': 'conflict', '413': 'too large', '429': 'too many requests',
  '499': 'the caller gave up', '500': 'internal error', '501': 'not implemented', '502': 'bad gateway', '503': 'unavailable', '504': 'timeout', '0': 'no response', '': 'no response',
};

/** Flags of a policy that refuses. */
const denials: ReadonlySet<string> = new Set(['UAEX', 'DENY', 'NETWORK_POLICY']);
/** Flags of a handshake between proxies that failed. */
const handshakes: ReadonlySet<string> = new Set(['TLS_FAILURE', 'H2_HANDSHAKE_FAILURE', 'IDENTITY_ERROR', 'CERT_REVOKED']);
const faults: ReadonlySet<string> = new Set(['FI', 'DI']);
const timeouts: ReadonlySet<string> = new Set(['UT', 'SI', 'DT', 'UMSDR']);

/** Why a proxy answered so, as far as its flags tell; `''` = they do not. */
export type Cause = 'denied' | 'handshake' | 'fault' | 'timeout' | 'retries' | '';

/** What a response code and its flags mean, in a few words of ours; a flag that nobody has documented is named as it is. */
export function meaningOf({ kind, code, flags }: Pick<Outcome, 'kind' | 'code' | 'flags'>): string {
  const words = flagsOf(flags).map((flag) => (kind === 'tcp' ? connectionFlags[flag] : undefined) ?? envoyFlags[flag] ?? connectionFlags[flag] ?? (kind === 'drop' ? '' : `flag ${flag}`)).filter((text) => text !== '');
  if (words.length > 0) return words.join(', ');
  if (kind === 'drop') return `dropped: ${code.toLowerCase().replaceAll('_', ' ')}`;
  if (kind === 'grpc' && code.length < 3) return grpcCodes[Number(code)] ?? `status ${code}`;
  return httpCodes[code] ?? '';
}

/** The kind of cause that the flags name, '' where they name none. */
export function causeOf({ kind, code, flags }: Pick<Outcome, 'kind' | 'code' | 'flags'>): Cause {
  const list = flagsOf(flags);
  if (list.some((flag) => denials.has(flag)) || (kind === 'drop' && code.includes('POLICY'))) return 'denied';
  if (list.some((flag) => handshakes.has(flag))) return 'handshake';
  if (list.some((flag) => faults.has(flag))) return 'fault';
  if (list.some((flag) => timeouts.has(flag))) return 'timeout';
  return list.includes('URX') ? 'retries' : '';
}

/** `HTTP 503 UH`, `gRPC 14`, `connection DENY`: how a code is named in a sentence. */
export function codeName({ kind, code, flags }: Pick<Outcome, 'kind' | 'code' | 'flags'>): string {
  const what = kind === 'http' || (kind === 'grpc' && code.length === 3) ? `HTTP ${code === '' || code === '0' ? 'without response' : code}` : kind === 'grpc' ? `gRPC ${code}` : kind === 'drop' ? `drop ${code}` : 'connection';
  return flags === '' ? what : `${what} ${flags}`;
}

function flagsOf(flags: string): string[] {
  return flags === '' ? [] : flags.split(',');
}
