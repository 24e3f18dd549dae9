import { Measured } from '@orrery/collectors/model/edge-traffic';
import type { DisplayEdge } from '../display-edge.ts';
import type { ProtocolTraffic } from '../graph.ts';
import { chooseInstruments, mergeEdge } from '../merge-edge.ts';
import { rowsOf } from '../merge-sides.ts';
import type { EdgeWindow } from '../ports.ts';
import { TrafficSum } from '../traffic-sum.ts';
import { rank, speakingSide, type Voice } from '../voice.ts';
import { onlyProtocols, type RateProtocol } from './row-of-protocols.ts';
import { selectedProtocols, type TrafficSelectors } from './traffic-selectors.ts';

/**
 * The rates of an edge by protocol, in the unit that each selector asks for. Each protocol is merged by the same rules as
 * the edge as a whole (rules 1 and 2), over what the rows say of it alone. A protocol without any traffic is left out.
 */
export function protocolTraffic(edge: DisplayEdge, selectors: TrafficSelectors, seconds: number): ProtocolTraffic[] {
  const out: ProtocolTraffic[] = [];
  for (const protocol of selectedProtocols(selectors)) {
    const only = new Set([protocol]);
    const voices = edge.voices.map((voice) => voiceOf(voice, only)), lastResort = edge.lastResort.map((voice) => voiceOf(voice, only));
    const rate = rateOf(protocol, selectors, voices, lastResort);
    if (rate.count > 0) out.push({ protocol, unit: rate.unit, perSecond: rate.count / seconds, errorRatio: rate.errorRatio });
  }
  return out;
}

interface Rate { readonly unit: ProtocolTraffic['unit']; readonly count: number; readonly errorRatio: number | null }

function rateOf(protocol: RateProtocol, selectors: TrafficSelectors, voices: readonly Voice[], lastResort: readonly Voice[]): Rate {
  if (protocol === 'grpc' && selectors.grpc !== 'requests') {
    const { sent, received } = messagesOf(voices.some((voice) => (voice.measured & Measured.messages) !== 0) ? voices : lastResort);
    return { unit: 'messages', count: chosen(selectors.grpc, sent, received), errorRatio: null };
  }
  const sum = new TrafficSum();
  mergeEdge(sum, voices, lastResort, chooseInstruments(voices, lastResort));
  if (protocol === 'tcp') return { unit: 'bytes', count: chosen(selectors.tcp, sum.bytesSent, sum.bytesReceived), errorRatio: null };
  return { unit: 'requests', count: sum.requests, errorRatio: sum.requests > 0 ? Math.min(1, sum.errors / sum.requests) : null };
}

function chosen(selector: 'none' | 'requests' | 'sent' | 'received' | 'total', sent: number, received: number): number {
  if (selector === 'sent') return sent;
  return selector === 'received' ? received : sent + received;
}

/** Messages as the first instrument that counts them has them: at the destination, else in the middle, else at the source. */
function messagesOf(voices: readonly Voice[]): { sent: number; received: number } {
  const counting = voices.filter((voice) => (voice.measured & Measured.messages) !== 0);
  const first = Math.min(...counting.map((voice) => rank[voice.instrument]));
  let sent = 0, received = 0;
  for (const voice of counting) {
    const side = speakingSide(voice, Measured.messages);
    if (rank[voice.instrument] !== first || side === null) continue;
    for (const row of rowsOf(voice, side)) {
      sent += row.messagesSent;
      received += row.messagesReceived;
    }
  }
  return { sent, received };
}

function voiceOf(voice: Voice, wanted: ReadonlySet<RateProtocol>): Voice {
  const cut = (rows: readonly EdgeWindow[]): EdgeWindow[] => rows.map((row) => onlyProtocols(row, wanted)).filter((row) => row !== null);
  const source = cut(voice.source), destination = cut(voice.destination), middle = cut(voice.middle);
  let measured = 0;
  for (const rows of [source, destination, middle]) for (const row of rows) measured |= row.measured;
  return { ...voice, source, destination, middle, measured };
}
