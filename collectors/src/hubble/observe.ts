import type { ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import type { SourceDeps } from '../pipeline/source-deps.ts';
import { WireError } from '../wire/wire-error.ts';
import { backoffMs } from './backoff.ts';
import type { HubbleConfig, RelayConfig } from './config.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { FlowBatcher } from './flow-batcher.ts';
import { faultOf } from './flow-fault.ts';
import { flowFromHubble, type FlowContext } from './flow-from-hubble.ts';
import type { HubbleMessage } from './flow-message.ts';
import { newestMs, type FlowTally } from './flow-tally.ts';
import { connectRelay } from './get-flows.ts';
import { pause } from './pause.ts';

const stopGraceMs = 5000;
/** A connection that lived this long was good: failures are counted anew after it. */
const goodConnectionMs = 10_000;

/** Which relay is followed from when, and where its flows are counted. */
export interface ObserveOptions extends Pick<HubbleConfig, 'lookbackSeconds' | 'overlapSeconds'> {
  readonly relay: RelayConfig;
  readonly context: FlowContext;
  readonly tally: FlowTally;
}

/** A relay that is being followed. */
export interface Observation {
  stop(): Promise<void>;
}

/**
 * Follows a relay. After a break it asks again from a while before the newest flow that is stored; what comes twice has
 * the same key. When the store is slow it stops reading, so that gRPC's flow control holds the relay back; an agent whose
 * ring then overflows says how many events were lost.
 */
export function observeRelay(options: ObserveOptions, deps: SourceDeps): Observation {
  const { relay, tally } = options;
  const logger = deps.logger.child({ relay: relay.address });
  const stopping = new AbortController();
  let resumeMs = deps.now() - options.lookbackSeconds * 1000;
  const batcher = new FlowBatcher(deps, tally, (rows) => {
    // A clock ahead of ours must not make us miss what comes next.
    resumeMs = Math.max(resumeMs, Math.min(newestMs(rows), deps.now()) - options.overlapSeconds * 1000);
  });
  tally.setUp(false);

  const run = async (): Promise<void> => {
    for (let failures = 0; !stopping.signal.aborted; failures++) {
      const startMs = deps.now();
      const reason = await follow(options, deps, logger, batcher, resumeMs, stopping.signal);
      if (stopping.signal.aborted) break;
      tally.setUp(false);
      tally.failed(reason);
      tally.flush();
      logger.warn({ reason }, 'the flow stream ended');
      if (deps.now() - startMs >= goodConnectionMs) failures = 0;
      await pause(backoffMs(failures, Math.random()), stopping.signal);
    }
  };
  const running = run();

  return {
    stop: async () => {
      stopping.abort();
      await running;
      await batcher.stop(stopGraceMs);
    },
  };
}

/** One connection, until it ends; gives the reason, which holds nothing but gRPC's status. */
async function follow(options: ObserveOptions, deps: SourceDeps, logger: Logger, batcher: FlowBatcher, sinceMs: number, signal: AbortSignal): Promise<string> {
  const { context, tally } = options;
  let client;
  try {
    client = await connectRelay(options.relay);
  } catch (error) {
    return `TLS: ${error instanceof Error ? error.message : String(error)}`;
  }
  const stream = client.getFlows(sinceMs);
  const cancel = (): void => stream.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  // A relay that has nothing to say sends its headers all the same, or its first status.
  stream.on('metadata', () => tally.setUp(true));

  const onMessage = (bytes: Buffer): void => {
    tally.setUp(true);
    let message: HubbleMessage;
    try {
      message = decodeProtobuf(bytes);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      return tally.rejected('not a GetFlowsResponse', bytes);
    }
    if (message.kind !== 'flow') return tell(message, tally, logger);
    const fault = faultOf(message.flow, deps.now());
    if (fault !== null) return tally.rejected(fault, bytes);
    if (batcher.add(flowFromHubble(message.flow, context))) return;
    stream.pause();
    void batcher.room().then(() => stream.resume());
  };
  stream.on('data', onMessage);
  const reason = await ended(stream);
  signal.removeEventListener('abort', cancel);
  client.close();
  return reason;
}

function ended(stream: ClientReadableStream<Buffer>): Promise<string> {
  return new Promise((resolve) => {
    stream.on('error', (error: ServiceError) => resolve(error.details || error.message));
    stream.on('end', () => resolve('the relay ended the stream'));
    stream.on('close', () => resolve('the connection closed'));
  });
}

/** What a stream says about itself. */
export function tell(message: Exclude<HubbleMessage, { kind: 'flow' }>, tally: FlowTally, logger: Logger): void {
  switch (message.kind) {
    case 'lostEvents':
      tally.lost(Number(message.count));
      logger.warn({ node: message.nodeName, lost: Number(message.count), at: message.source }, 'Hubble lost events');
      return;
    case 'nodeStatus':
      if (message.state === 'NODE_CONNECTED') return logger.info({ nodes: message.nodeNames }, 'nodes are connected to the relay');
      tally.failed(`${message.state} ${message.nodeNames.slice(0, 8).join(', ')}`);
      return logger.warn({ nodes: message.nodeNames, state: message.state, message: message.message }, 'nodes are missing from the flow stream');
    case 'other':
      return;
  }
}
