import type { Edge } from '@orrery/collectors/model/edge';
import type { Instrument, Intent, Side } from '@orrery/collectors/model/edge-traffic';
import type { LatencyLayout } from '@orrery/collectors/model/latency-layout';
import { NativeFormatError, type NativeAnswer, type NativeColumn } from '@orrery/collectors/store/native-reader';
import type { EdgeWindow } from '../inference/ports.ts';

/** Columns of an answer, each as what it must be. */
export interface AnswerColumns {
  numbers(name: string): Float64Array;
  texts(name: string): readonly string[];
  lists(name: string): NativeColumn & { readonly kind: 'lists' };
}

/** @throws NativeFormatError from its methods where a column is missing or of another kind */
export function answerColumns({ columns }: NativeAnswer): AnswerColumns {
  const of = <K extends NativeColumn['kind']>(name: string, kind: K): NativeColumn & { readonly kind: K } => {
    const column = columns.get(name);
    if (column?.kind !== kind) throw new NativeFormatError(`the answer has no column ${name} of ${kind}`);
    return column as NativeColumn & { readonly kind: K };
  };
  return { numbers: (name) => of(name, 'numbers').values, texts: (name) => of(name, 'texts').values, lists: (name) => of(name, 'lists') };
}

/** Rows of inference out of an answer to `traffic-columns.ts`, with names and layouts put in. */
export function decodeTraffic(rows: number, c: AnswerColumns, nameOf: (id: string) => Edge | null, layoutOf: (id: number) => LatencyLayout | null): EdgeWindow[] {
  if (rows === 0) return [];
  const ids = c.texts('edge_id'), instrument = c.texts('instrument') as readonly Instrument[], side = c.texts('side') as readonly Side[], feed = c.texts('feed'), intent = c.texts('intent') as readonly Intent[];
  const layout = c.numbers('layout_id'), measured = c.numbers('measured_bits'), protocols = c.numbers('protocol_bits');
  const via = textLists(c.lists('via_names')), responses = textCounts(c.lists('response_keys'), c.lists('response_values')), latency = numberCounts(c.lists('latency_keys'), c.lists('latency_values'));
  const open = c.numbers('open'), sourceName = c.texts('source_name'), destinationName = c.texts('destination_name'), first = c.numbers('first_bucket'), last = c.numbers('last_bucket');
  const requests = c.numbers('requests'), errors = c.numbers('errors'), requestsEstimated = c.numbers('requestsEstimated'), errorsEstimated = c.numbers('errorsEstimated');
  const clientErrors = c.numbers('clientErrors'), attempts = c.numbers('attempts'), messagesSent = c.numbers('messagesSent'), messagesReceived = c.numbers('messagesReceived');
  const latencySumMs = c.numbers('latencySumMs'), bytesSent = c.numbers('bytesSent'), bytesReceived = c.numbers('bytesReceived');
  const opened = c.numbers('connectionsOpened'), closed = c.numbers('connectionsClosed'), failed = c.numbers('connectionsFailed');
  const retransmits = c.numbers('retransmits'), drops = c.numbers('drops'), rttSumMs = c.numbers('rttSumMs'), rttCount = c.numbers('rttCount');
  const requestsSecured = c.numbers('requestsSecured'), requestsPlaintext = c.numbers('requestsPlaintext'), connectionsSecured = c.numbers('connectionsSecured'), connectionsPlaintext = c.numbers('connectionsPlaintext');
  const decoded = new Array<EdgeWindow>(rows);
  for (let i = 0; i < rows; i++) {
    const edgeId = ids[i]!;
    decoded[i] = {
      edgeId, edge: nameOf(edgeId),
      instrument: instrument[i]!, side: side[i]!, feed: feed[i]!, intent: intent[i]!,
      measured: measured[i]!, protocols: protocols[i]!, via: via(i), responses: responses(i), layout: layoutOf(layout[i]!), latency: latency(i),
      openConnections: open[i]!, sourcePrincipal: sourceName[i]!, destinationPrincipal: destinationName[i]!, firstBucket: first[i]!, lastBucket: last[i]!,
      requests: requests[i]!, errors: errors[i]!, requestsEstimated: requestsEstimated[i]!, errorsEstimated: errorsEstimated[i]!,
      clientErrors: clientErrors[i]!, attempts: attempts[i]!, messagesSent: messagesSent[i]!, messagesReceived: messagesReceived[i]!,
      latencySumMs: latencySumMs[i]!, bytesSent: bytesSent[i]!, bytesReceived: bytesReceived[i]!,
      connectionsOpened: opened[i]!, connectionsClosed: closed[i]!, connectionsFailed: failed[i]!,
      retransmits: retransmits[i]!, drops: drops[i]!, rttSumMs: rttSumMs[i]!, rttCount: rttCount[i]!,
      requestsSecured: requestsSecured[i]!, requestsPlaintext: requestsPlaintext[i]!, connectionsSecured: connectionsSecured[i]!, connectionsPlaintext: connectionsPlaintext[i]!,
    };
  }
  return decoded;
}

type Lists = NativeColumn & { readonly kind: 'lists' };

const nothing: readonly string[] = [];

function textLists({ ends, items }: Lists): (i: number) => readonly string[] {
  const texts = items.kind === 'texts' ? items.values : nothing;
  return (i) => {
    const from = i === 0 ? 0 : ends[i - 1]!, to = ends[i]!;
    return to > from ? texts.slice(from, to) : nothing;
  };
}

function textCounts(keys: Lists, values: Lists): (i: number) => Map<string, number> {
  if (keys.items.kind !== 'texts' || values.items.kind !== 'numbers') throw new NativeFormatError('responses are no counts by text');
  const texts = keys.items.values, counts = values.items.values;
  return (i) => {
    const map = new Map<string, number>();
    for (let at = i === 0 ? 0 : keys.ends[i - 1]!; at < keys.ends[i]!; at++) map.set(texts[at]!, counts[at]!);
    return map;
  };
}

function numberCounts(keys: Lists, values: Lists): (i: number) => Map<number, number> {
  if (keys.items.kind !== 'numbers' || values.items.kind !== 'numbers') throw new NativeFormatError('latency is no counts by number');
  const indexes = keys.items.values, counts = values.items.values;
  return (i) => {
    const map = new Map<number, number>();
    for (let at = i === 0 ? 0 : keys.ends[i - 1]!; at < keys.ends[i]!; at++) map.set(indexes[at]!, counts[at]!);
    return map;
  };
}
