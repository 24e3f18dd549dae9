import type { IncomingMessage, ServerResponse } from 'node:http';

/** Runs `run` inside a span. */
export type RootSpan = (name: string, attributes: Readonly<Record<string, string>>, run: () => Promise<void>) => Promise<void>;

/** Questions to the API become spans; what brings telemetry in does not, so that Orrery's own spans never make more of them. */
const traced: ReadonlySet<string> = new Set(['/graphql', '/api/graph']);

/** Makes a root span of each question to the API, ended with its answer. */
export function traceRequests(rootSpan: RootSpan): (req: IncomingMessage, res: ServerResponse, next: () => void) => void {
  return (req, res, next) => {
    const route = (req.url ?? '').split('?')[0] ?? '';
    if (!traced.has(route)) return next();
    const attributes = { 'http.request.method': req.method ?? '', 'http.route': route };
    void rootSpan(`${req.method ?? ''} ${route}`, attributes, () => new Promise((done) => {
      res.once('close', done);
      next();
    }));
  };
}
