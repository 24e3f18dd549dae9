import { Measured, Protocol } from '@orrery/collectors/model/edge-traffic';
import { plainRow } from '../edge-row.ts';
import type { EdgeWindow } from '../ports.ts';
import { outcomeOf } from '../response-outcome.ts';

/** Protocols whose rates are told apart. */
export type RateProtocol = 'http' | 'grpc' | 'tcp';

const rated = Protocol.http | Protocol.grpc | Protocol.tcp;
const requestSignals = Measured.requests | Measured.errors | Measured.latency | Measured.messages | Measured.attempts | Measured.clientErrors;
const connectionSignals = Measured.connections | Measured.connectionsFailed | Measured.openConnections | Measured.retransmits | Measured.rtt;

/**
 * What a row says of some protocols alone; the row itself where it tells of no other, null where it tells of none of them.
 *
 * A row that pools several protocols is split as far as it can be: requests by the kind of their responses, connections
 * apart from requests. What is pooled for good (latency, bytes and mTLS of requests) is then not measured, rather than guessed.
 */
export function onlyProtocols(row: EdgeWindow, wanted: ReadonlySet<RateProtocol>): EdgeWindow | null {
  const has = protocolsOf(row);
  let keep = 0;
  for (const protocol of wanted) keep |= Protocol[protocol];
  keep &= has;
  if (keep === 0) return null;
  if (keep === has) return row;
  const cut = withoutLayer(row, has, keep);
  const bothKinds = Protocol.http | Protocol.grpc;
  return (has & bothKinds) === bothKinds && (keep & bothKinds) !== 0 && (keep & bothKinds) !== bothKinds
    ? ofOneKind(cut, (keep & Protocol.grpc) !== 0 ? 'grpc' : 'http') : cut;
}

/** Bits of the rated protocols that a row tells of; 0 where it tells of none. Requests of no named protocol are HTTP, connections TCP. */
export function protocolsOf(row: EdgeWindow): number {
  const named = row.protocols & rated;
  if (named !== 0 || row.protocols !== 0) return named;
  if ((row.measured & Measured.messages) !== 0) return Protocol.grpc;
  if ((row.measured & Measured.requests) !== 0) return Protocol.http;
  return (row.measured & (Measured.connections | Measured.bytes)) !== 0 ? Protocol.tcp : 0;
}

/** Without requests, or without connections, where only the other layer is kept. */
function withoutLayer(row: EdgeWindow, has: number, keep: number): EdgeWindow {
  const protocols = (row.protocols & ~rated) | keep;
  if ((has & ~keep & Protocol.tcp) !== 0) {
    return { ...plainRow(row), protocols, measured: row.measured & ~(connectionSignals | Measured.bytes), connectionsSecured: 0, connectionsPlaintext: 0 };
  }
  if (keep !== Protocol.tcp) return { ...plainRow(row), protocols };
  return {
    ...plainRow(row), protocols,
    measured: row.measured & ~requestSignals,
    requests: 0, errors: 0, requestsEstimated: 0, errorsEstimated: 0, clientErrors: 0,
    responses: responsesOf(row, (kind) => kind !== 'http' && kind !== 'grpc'),
    requestsSecured: 0, requestsPlaintext: 0,
  };
}

function ofOneKind(row: EdgeWindow, kind: 'http' | 'grpc'): EdgeWindow {
  const other = kind === 'http' ? 'grpc' : 'http';
  const responses = responsesOf(row, (one) => one !== other);
  let requests = 0, errors = 0;
  for (const [key, count] of responses) {
    const outcome = outcomeOf(key);
    if (outcome.kind !== kind) continue;
    requests += count;
    if (outcome.isError) errors += count;
  }
  const weight = row.requests > 0 ? row.requestsEstimated / row.requests : 1;
  const messages = kind === 'grpc' ? 0 : Measured.messages;
  // Bytes of a row that also has connections are theirs as far as anybody can tell; of two kinds of requests they are nobody's.
  const bytes = (row.protocols & Protocol.tcp) === 0 ? Measured.bytes : 0;
  return {
    ...plainRow(row), responses, requests, errors,
    requestsEstimated: requests * weight, errorsEstimated: errors * weight,
    measured: row.measured & ~(Measured.latency | bytes | messages),
    requestsSecured: 0, requestsPlaintext: 0,
  };
}

function responsesOf(row: EdgeWindow, keep: (kind: string) => boolean): ReadonlyMap<string, number> {
  return new Map([...row.responses].filter(([key]) => keep(outcomeOf(key).kind)));
}
