import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve } from 'node:path';
import { buildSchema, graphql, GraphQLError, type GraphQLScalarType, type GraphQLSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import type { GraphColumns, GraphDiff } from '@orrery/server/inference/graph-columns';
import { WebSocketServer } from 'ws';
import { fixtureFindings, type FixtureFindings } from './findings-fixture.ts';
import { fixtureColumns, partDiff, wholeDiff } from './fixture-columns.ts';
import { fixtureDelta } from './fixture-delta.ts';
import { fixtureDetails } from './fixture-details.ts';
import { fixtureInsight } from './fixture-insight.ts';
import type { FixtureMesh } from './fixture-mesh.ts';
import { fixtureWhy } from './fixture-why.ts';

const root = resolve(import.meta.dirname, '../..');
const types: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
/** The policy that Orrery itself sends. */
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'";

export interface FixtureServer {
  readonly url: string;
  /** Replaces the mesh that is served; subscribers get it at their next tick. */
  serve(mesh: FixtureMesh): void;
  /** While the store is away, every question about data is answered as Orrery does then. */
  storeAway(away: boolean): void;
  stop(): Promise<void>;
}

/** Serves `web/dist` and the schema of the API over a made-up mesh: the console without the rest of Orrery. */
export async function startFixtureServer(mesh: FixtureMesh, options: { readonly port?: number; readonly demo?: boolean; readonly findings?: FixtureFindings } = {}): Promise<FixtureServer> {
  let current = mesh;
  let wave = 0;
  let away = false;
  const now = (): number => Date.now() / 1000;
  const schema = fixtureSchema();
  const columns = (): ReturnType<typeof fixtureColumns> => fixtureColumns(current, Math.floor(now()), wave);
  const details = (): ReturnType<typeof fixtureDetails> => fixtureDetails(current, now);
  const empty = (): boolean => current.nodes.length === 0;
  const { findings, finding, findingHistory } = options.findings ?? fixtureFindings(now, { none: true });
  const resolvers = {
    findings, finding, findingHistory,
    edge: ({ id }: { id: string }) => details().edge(id),
    node: ({ id }: { id: string }) => details().node(id),
    edgeSpans: ({ edgeId }: { edgeId: string }) => details().edgeSpans(edgeId),
    trace: ({ traceId }: { traceId: string }) => details().trace(traceId),
    graphColumns: columns,
    traffic: ({ input }: { input: { window: { from: number; to: number } } }) => fixtureTraffic(input.window.from, input.window.to),
    graphDeltaColumns: (windows: Parameters<typeof fixtureDelta>[1]) => fixtureDelta(current, windows),
    why: ({ edge }: { edge?: string | null }) => fixtureWhy(edge, Math.floor(now())),
    blastRadius: (subject: { node?: string | null; edge?: string | null }) => fixtureInsight(current, now).blastRadius(subject),
    trafficCost: () => fixtureInsight(current, now).trafficCost(),
    mtlsPosture: () => fixtureInsight(current, now).mtlsPosture(),
    strictImpact: ({ namespace }: { namespace: string }) => fixtureInsight(current, now).strictImpact(namespace),
    events: ({ window: { from, to } }: { window: { from: number; to: number } }) => fixtureEvents(from, to),
    status: () => ({ version: '0.1.0', startedMs: Date.now() - 160_000, storeMode: 'embedded', storeReady: true, storeStartupMs: 310, listeners: [{ protocol: 'http', address: '127.0.0.1:7070' }, { protocol: 'otlp-grpc', address: '127.0.0.1:4317' }, { protocol: 'otlp-http', address: '127.0.0.1:4318' }], demo: options.demo ?? false, replay: null }),
    dataSources: () => (empty() ? [] : fixtureSources()),
    rejections: () => (empty() ? [] : [{ timeMs: Date.now() - 60_000, source: 'otlp', feed: 'otlp', target: '127.0.0.1:50412', reason: 'span without trace id', count: 3, sample: '0a0b7365…' }]),
  };
  const http = createServer((req, res) => void answer(req, res));
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const path = (req.url ?? '/').split('?')[0] ?? '/';
    if (away && (path === '/graphql' || path === '/api/graph')) {
      const { message, extensions } = storeIsAway();
      res.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify(path === '/graphql' ? { errors: [{ message, extensions }] } : { error: { ...extensions, message } }));
    } else if (path === '/graphql') {
      const body = JSON.parse(Buffer.concat(await Array.fromAsync(req as AsyncIterable<Buffer>)).toString()) as { query: string; variables?: Record<string, unknown> };
      const result = await graphql({ schema, source: body.query, rootValue: resolvers, variableValues: body.variables ?? {} });
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
    } else if (path === '/api/graph') {
      const query = new URL(req.url ?? '/', 'http://fixture').searchParams;
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ...columns(), from: Number(query.get('from')), to: Number(query.get('to')) }));
    }
    else serveFile(path, res);
  };
  const sockets = new WebSocketServer({ server: http, path: '/graphql' });
  const subscriptions = useServer({ schema, roots: { subscription: { graphDiff: ({ input }: { input?: { node?: string } }) => diffs(() => {
    if (away) throw storeIsAway();
    if (input?.node && !current.nodes.some(({ name }) => name === input.node)) throw new GraphQLError(`the workload graph of this window has no node ${input.node}`, { extensions: { code: 'NODE_NOT_FOUND' } });
    return { mesh: current, columns: columns(), wave };
  }, () => ++wave) } } }, sockets);
  await new Promise<void>((done) => http.listen(options.port ?? 0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    serve: (next) => { current = next; },
    storeAway: (is) => { away = is; },
    async stop() {
      await subscriptions.dispose();
      await close(http);
    },
  };
}

const storeIsAway = (): GraphQLError => new GraphQLError('the store does not answer; try again in a few seconds, /readyz says when it is back', { extensions: { code: 'STORE_UNAVAILABLE' } });

/** As Orrery does: the whole graph first and after another mesh is served, else what changed since the message before. */
async function* diffs(next: () => { mesh: FixtureMesh; columns: GraphColumns; wave: number }, tick: () => void): AsyncGenerator<{ graphDiff: GraphDiff }> {
  let sent: { mesh: FixtureMesh; version: string } | null = null;
  for (;;) {
    const { mesh, columns, wave } = next();
    yield { graphDiff: sent?.mesh === mesh ? partDiff(sent.version, columns, wave) : wholeDiff(columns) };
    sent = { mesh, version: columns.version };
    await new Promise((done) => setTimeout(done, 1000));
    tick();
  }
}

/** The schema as committed, its JSON scalars passed through. */
function fixtureSchema(): GraphQLSchema {
  const schema = buildSchema(readFileSync(join(root, 'server/schema.graphql'), 'utf8'));
  for (const name of ['GraphColumns', 'GraphDiff', 'GraphDeltaColumns']) (schema.getType(name) as GraphQLScalarType).serialize = (value) => value;
  return schema;
}

/** Steady traffic with errors in its last third, 240 steps. */
function fixtureTraffic(from: number, to: number): unknown {
  const stepSeconds = Math.max(10, Math.ceil((to - from) / 240));
  const time = Array.from({ length: Math.floor((to - from) / stepSeconds) }, (_, i) => from + i * stepSeconds);
  const none = time.map(() => null);
  return {
    window: { from, to, step: 10, coveredSeconds: to - from, settled: false }, stepSeconds, time, bytesPerSecond: none, p99Ms: none, partial: [],
    requestsPerSecond: time.map((_, i) => 400 * (1 + 0.1 * Math.sin(i / 3))), errorsPerSecond: time.map((_, i) => (i * 3 > time.length * 2 ? 38 : 1)), callerErrorsPerSecond: time.map((_, i) => (i * 3 > time.length && i * 2 < time.length ? 20 : 0)),
  };
}

/** A deploy, a change of configuration and an alert, at parts of the window. */
function fixtureEvents(from: number, to: number): unknown {
  const one = (id: string, part: number, kind: string, title: string): unknown => {
    const time = from + part * (to - from);
    return { id, time, end: time, kind, title, body: '', cluster: 'prod-eu-1', namespace: 'payments', entityKind: 'workload', entityName: 'payment', before: '2.13.2', after: '2.14.0', source: 'kubernetes', url: '' };
  };
  return { window: { from, to, step: 10, coveredSeconds: to - from, settled: false }, total: 3, truncated: false, partial: [], events: [one('a', 0.3, 'deploy', 'payment 2.14.0'), one('b', 0.55, 'config', 'VirtualService payment'), one('c', 0.68, 'alert', 'Checkout errors')] };
}

function fixtureSources(): unknown[] {
  const one = (source: string, feed: string, target: string, state: string, error = ''): unknown => ({ source, feed, target, state, newestMs: state === 'silent' ? null : Date.now() - 4000, lastReportMs: Date.now() - 1000, received: 90_000, stored: 89_990, rejected: 10, dropped: 0, lostUpstream: 0, up: state !== 'down', durationMs: 12, samples: source === 'scrape' ? 900 : null, seriesAdded: 0, error });
  return [one('prometheus', 'mesh', 'http://10.0.1.4:15020/stats/prometheus', 'live'), one('prometheus', 'mesh', 'http://10.0.1.5:15020/stats/prometheus', 'down', 'connect ECONNREFUSED'), one('otlp', 'otlp', '4317', 'live'), one('hubble', 'relay', 'hubble-relay:4245', 'live')];
}

function serveFile(path: string, res: ServerResponse): void {
  const dist = join(root, 'web/dist');
  const file = join(dist, path);
  const found = file.startsWith(dist) && extname(path) !== '' && existsSync(file) ? file : extname(path) === '' ? join(dist, 'index.html') : null;
  if (found === null) return void res.writeHead(404).end();
  res.writeHead(200, { 'content-type': types[extname(found)] ?? 'application/octet-stream', 'content-security-policy': policy });
  createReadStream(found).pipe(res);
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
}
