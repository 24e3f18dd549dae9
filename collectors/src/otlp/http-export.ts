import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyError } from './body-error.ts';
import { corsHeaders, preflightHeaders, refuseForeign, type BrowserPolicy } from './browser-guard.ts';
import type { ByteBudget } from './byte-budget.ts';
import { encodeStatus, encodeSuccess, type Encoding, type ExportOutcome } from './export-outcome.ts';
import { GrpcCode } from './grpc-status.ts';
import { discardBody, readBody, SenderGone } from './read-body.ts';
import type { TraceIntake } from './trace-intake.ts';

/** Who takes what is posted, and within which bounds. */
export interface HttpExportOptions {
  readonly intake: TraceIntake;
  readonly maxRequestBytes: number;
  readonly budget: ByteBudget;
  readonly browsers: BrowserPolicy;
}

const contentTypes: Readonly<Record<Encoding, string>> = { protobuf: 'application/x-protobuf', json: 'application/json' };
const discardGraceMs = 1000;

/**
 * Answers `POST /v1/traces`. Only OTLP's own content types are taken, which no page of another origin may post without a
 * preflight: that gets 405, unless the page's origin is configured.
 */
export async function handleExport(request: IncomingMessage, response: ServerResponse, options: HttpExportOptions): Promise<void> {
  const encoding = encodingOf(request.headers['content-type']);
  for (const [name, value] of Object.entries(corsHeaders(request.headers.origin, options.browsers))) response.setHeader(name, value);
  const refuse = (status: number, code: GrpcCode, message: string, headers: Record<string, string> = {}): Promise<void> =>
    refuseRequest(request, response, encoding ?? 'json', status, { ok: false, code, message }, headers);

  const foreign = refuseForeign(request.headers, options.browsers);
  if (foreign) {
    options.intake.refused(foreign.message);
    return refuse(foreign.status, foreign.code, foreign.message);
  }
  const path = (request.url ?? '').split('?', 1)[0];
  if (path === '/v1/metrics' || path === '/v1/logs') return refuse(404, GrpcCode.unimplemented, `${path} is not received here: Orrery takes traces at /v1/traces`);
  if (path !== '/v1/traces') return refuse(404, GrpcCode.notFound, 'no such path: Orrery takes traces at /v1/traces');
  if (request.method === 'OPTIONS' && request.headers.origin !== undefined) {
    response.writeHead(204, preflightHeaders(request.headers['access-control-request-headers'])).end();
    return;
  }
  if (request.method !== 'POST') return refuse(405, GrpcCode.unimplemented, 'traces are sent with POST', { allow: 'POST' });
  if (encoding === undefined) return refuse(415, GrpcCode.invalidArgument, 'Content-Type must be application/x-protobuf or application/json');
  const compression = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (!/^(?:gzip|identity|none)?$/.test(compression)) {
    return refuse(415, GrpcCode.invalidArgument, 'Content-Encoding must be gzip or none', { 'accept-encoding': 'gzip' });
  }

  let outcome: ExportOutcome;
  const hold = options.budget.hold();
  try {
    const body = await readBody(request, compression === 'gzip', options.maxRequestBytes, hold);
    outcome = await options.intake.export(body, encoding, hold);
  } catch (error) {
    if (error instanceof SenderGone) return;
    if (!(error instanceof BodyError)) throw error;
    if (error.kind !== 'busy') options.intake.refused(error.message);
    if (error.kind === 'too-large') return refuse(413, GrpcCode.resourceExhausted, error.message);
    if (error.kind === 'malformed') return refuse(400, GrpcCode.invalidArgument, error.message);
    outcome = options.intake.busy();
  } finally {
    hold.release();
  }
  if (outcome.ok) {
    send(response, 200, contentTypes[encoding], encodeSuccess(encoding, outcome.rejected, outcome.message), {});
  } else {
    await refuseRequest(request, response, encoding, httpStatus(outcome.code), outcome, {});
  }
}

function encodingOf(contentType: string | undefined): Encoding | undefined {
  switch (contentType?.split(';', 1)[0]?.trim().toLowerCase()) {
    case 'application/x-protobuf': return 'protobuf';
    case 'application/json': return 'json';
    default: return undefined;
  }
}

function httpStatus(code: GrpcCode): number {
  switch (code) {
    case GrpcCode.invalidArgument: return 400;
    case GrpcCode.resourceExhausted: return 429;
    case GrpcCode.unavailable: return 503;
    default: return 500;
  }
}

/** Every refusal is a `google.rpc.Status` in the encoding of the request. What is left of its body is thrown away. */
async function refuseRequest(
  request: IncomingMessage, response: ServerResponse, encoding: Encoding, status: number,
  outcome: Extract<ExportOutcome, { ok: false }>, headers: Record<string, string>,
): Promise<void> {
  await discardBody(request, discardGraceMs);
  const retry = outcome.retryAfterMs === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(outcome.retryAfterMs / 1000))) };
  const close = request.complete ? {} : { connection: 'close' };
  const body = encodeStatus(encoding, outcome.code, outcome.message, outcome.retryAfterMs);
  send(response, status, contentTypes[encoding], body, { ...headers, ...retry, ...close });
}

function send(response: ServerResponse, status: number, contentType: string, body: Buffer, headers: Record<string, string>): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': contentType, 'content-length': String(body.length), 'x-content-type-options': 'nosniff', ...headers });
  response.end(body);
}
