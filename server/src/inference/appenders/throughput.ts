import { Measured, Side } from '@orrery/collectors/model/edge-traffic';
import type { DisplayEdge } from '../display-edge.ts';
import type { Throughput } from '../graph.ts';
import { rowsOf } from '../merge-sides.ts';
import type { EdgeWindow } from '../ports.ts';
import { onlyProtocols, type RateProtocol } from '../scope/row-of-protocols.ts';
import { measures } from '../voice.ts';
import { speakerOf } from './speaker.ts';

const requestProtocols: ReadonlySet<RateProtocol> = new Set(['http', 'grpc']);

/**
 * Bytes of bodies per second, as Kiali takes them: of requests by their source, of responses by their destination, each by
 * the other side where that one does not measure bytes. Null for an edge without requests, or whose bytes nobody measures.
 */
export function throughput(edge: DisplayEdge, seconds: number): Throughput | null {
  const speaker = speakerOf(edge, Measured.bytes);
  if (speaker === null) return null;
  let request = 0, response = 0, found = false;
  for (const voice of speaker.voices) {
    const sides = [voice.source, voice.middle, voice.destination].filter((rows) => measures(rows, Measured.bytes));
    for (const row of ofRequests(sides[0] ?? [])) {
      request += row.bytesSent;
      found = true;
    }
    const answering = [Side.destination, Side.middle, Side.source].find((side) => measures(rowsOf(voice, side), Measured.bytes));
    for (const row of answering ? ofRequests(rowsOf(voice, answering)) : []) {
      response += row.bytesReceived;
      found = true;
    }
  }
  return found ? { requestBytesPerSecond: request / seconds, responseBytesPerSecond: response / seconds } : null;
}

/** Rows whose bytes are those of requests alone. */
function ofRequests(rows: readonly EdgeWindow[]): EdgeWindow[] {
  return rows.map((row) => onlyProtocols(row, requestProtocols)).filter((row) => row !== null && (row.measured & Measured.bytes) !== 0) as EdgeWindow[];
}
