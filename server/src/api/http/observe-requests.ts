import type { IncomingMessage, ServerResponse } from 'node:http';

/** Told once for each finished request. */
export type RequestObserver = (route: string, method: string, status: number, seconds: number) => void;

const routes = ['/graphql', '/api/graph', '/api/v1/flows', '/healthz', '/readyz', '/metrics'];

/** Times requests by route; paths are attacker-controlled text, so unknown ones count as the console. */
export function observeRequests(observe: RequestObserver, now: () => number): (req: IncomingMessage, res: ServerResponse, next: () => void) => void {
  return (req, res, next) => {
    const started = now();
    const path = (req.url ?? '').split('?')[0] ?? '';
    res.once('close', () => observe(routes.includes(path) ? path : 'console', methodOf(req.method), res.statusCode, (now() - started) / 1000));
    next();
  };
}

function methodOf(method: string | undefined): string {
  return method === 'GET' || method === 'POST' || method === 'HEAD' || method === 'OPTIONS' ? method : 'other';
}
