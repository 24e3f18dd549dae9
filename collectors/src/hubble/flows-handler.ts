import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Flow } from '../model/flow.ts';
import { Overloaded, StoreUnavailable } from '../pipeline/sink.ts';
import type { SourceDeps } from '../pipeline/source-deps.ts';
import type { HubbleConfig } from './config.ts';
import { FlowTally } from './flow-tally.ts';
import { BodyFault, bodyLines } from './http-body.ts';
import { tell } from './observe.ts';
import { readLine } from './read-line.ts';

/** Serves `POST /api/v1/flows`, in a server and in a collector alike. */
export type FlowsHandler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

const mediaTypes: ReadonlySet<string> = new Set(['application/x-ndjson', 'application/jsonl', 'application/json']);
/** Rows stored at a time while the rest of the body is still being read. */
const batchRows = 5000;
/** Refused lines named in the answer. */
const named = 20;

/** The answer to a request that was read: received = stored + rejected. */
export interface FlowsAnswer {
  readonly received: number;
  readonly stored: number;
  /** How many lines were refused; the rest of the request stands. */
  readonly rejectedCount: number;
  /** The first of them, by line number from 1. */
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
}

/**
 * `POST /api/v1/flows`: Hubble flows as JSON lines (`{"flow": …}` or bare), plain or gzip.
 *
 * 200 follows when every good line is in the store, with `FlowsAnswer`: bad lines among them are named and the rest
 * stands. 400 when no line is good, 413 when the body is too large, 415 for another media type or encoding, 429 or 503
 * with Retry-After when the queue is full or the store is away: then send the whole request again, for what was stored
 * of it counts once.
 */
export function createFlowsHandler(config: HubbleConfig, deps: SourceDeps): FlowsHandler {
  const identity = { source: 'flows-http', feed: 'flows-http', target: '' } as const;
  const tally = new FlowTally(identity, deps);
  const context = { tenant: deps.tenant, feed: identity.feed, cluster: config.cluster, clusterDomain: config.clusterDomain };
  let running = 0;

  /** Stores what the body holds, in batches while it arrives. */
  const take = async (req: IncomingMessage, gzip: boolean): Promise<FlowsAnswer> => {
    const rejected: { line: number; reason: string }[] = [];
    let rows: Flow[] = [];
    let stored = 0, rejectedCount = 0;
    const flush = async (): Promise<void> => {
      const batch = rows;
      rows = [];
      const startMs = deps.now();
      await deps.sink.flows(batch);
      stored += batch.length;
      tally.stored(batch, deps.now() - startMs);
    };
    for await (const line of bodyLines(req, gzip, config.http.maxRequestBytes)) {
      const read = line.tooLong ? { kind: 'rejected' as const, reason: 'the line is too long' } : readLine(line.text, context, deps.now());
      if (read.kind === 'flow') rows.push(read.row);
      else if (read.kind === 'message') tell(read.message, tally, deps.logger);
      else {
        rejectedCount++;
        if (rejected.length < named) rejected.push({ line: line.number, reason: read.reason });
        tally.rejected(read.reason, line.text);
      }
      if (rows.length >= batchRows) await flush();
    }
    if (rows.length > 0) await flush();
    return { received: stored + rejectedCount, stored, rejectedCount, rejected };
  };

  return async (req, res) => {
    const mediaType = (req.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
    const encoding = (req.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
    if (!mediaTypes.has(mediaType)) return refuse(req, res, 415, `content-type must be one of ${[...mediaTypes].join(', ')}`);
    if (encoding !== 'identity' && encoding !== 'gzip') return refuse(req, res, 415, 'content-encoding must be gzip or identity');
    if (running >= config.http.maxRequests) return refuse(req, res, 429, 'too many requests are being read', 1000);
    running++;
    try {
      const answer = await take(req, encoding === 'gzip');
      const nothingGood = answer.stored === 0 && answer.rejectedCount > 0;
      send(res, nothingGood ? 400 : 200, answer);
    } catch (error) {
      if (error instanceof BodyFault) {
        if (error.status === 0) return;
        tally.failed(error.message);
        return refuse(req, res, error.status, error.message);
      }
      if (error instanceof Overloaded || error instanceof StoreUnavailable) {
        tally.failed(error.message);
        return refuse(req, res, error instanceof Overloaded ? 429 : 503, error.message, error.retryAfterMs);
      }
      deps.logger.error({ err: error }, 'storing flows failed');
      tally.failed('the store refused the rows');
      refuse(req, res, 500, 'the flows could not be stored');
    } finally {
      running--;
      tally.flush();
    }
  };
}

/** Refuses without having read the whole body: the connection must not be used again. */
function refuse(req: IncomingMessage, res: ServerResponse, status: number, error: string, retryAfterMs?: number): void {
  if (retryAfterMs !== undefined) res.setHeader('retry-after', String(Math.max(1, Math.ceil(retryAfterMs / 1000))));
  if (!req.complete) res.setHeader('connection', 'close');
  req.resume();
  send(res, status, { error });
}

function send(res: ServerResponse, status: number, body: object): void {
  if (res.destroyed || res.headersSent) return;
  const text = JSON.stringify(body);
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text), 'x-content-type-options': 'nosniff' });
  res.end(text);
}
