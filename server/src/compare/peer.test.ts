import { describe, expect, it } from 'vitest';
import { kialiGraph, kialiNamespaces, signInToKiali } from './kiali-client.ts';
import { peerAt, peerJson, type Peer } from './peer.ts';
import { queryPrometheus } from './prometheus-client.ts';

interface Asked { readonly url: URL; readonly method: string; readonly headers: Headers; readonly body: string }

/** A server that answers by path; keeps what it was asked. */
function server(answers: Readonly<Record<string, { readonly status?: number; readonly body: unknown; readonly cookies?: readonly string[] }>>): { get: typeof fetch; asked: Asked[] } {
  const asked: Asked[] = [];
  const get = (input: URL | Request | string, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    asked.push({ url, method: init.method ?? 'GET', headers: new Headers(init.headers), body: init.body instanceof URLSearchParams ? init.body.toString() : '' });
    const { status = 200, body, cookies = [] } = answers[url.pathname] ?? { status: 404, body: 'not found' };
    return Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers: cookies.map((cookie) => ['set-cookie', cookie] as [string, string]) }));
  };
  return { get, asked };
}

const failing = (error: Error): typeof fetch => () => Promise.reject(error);
const because = (message: string, code: string): Error => new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) });
const prometheusAt = (get: typeof fetch): Peer => peerAt('http://prometheus.test:9090', '--prometheus', undefined, get);

describe('a server that is compared with', () => {
  it('gets the user and password of its address as Basic, and a token as Bearer; neither stays in the address', async () => {
    const { get, asked } = server({ '/prefix/api/v1/query': { body: { status: 'success', data: { resultType: 'vector', result: [] } } } });
    await queryPrometheus(peerAt('http://sre:s%C3%A9same@prometheus.test/prefix/?x=1#y', '--prometheus', undefined, get), 'up', 1);
    await queryPrometheus(peerAt('http://prometheus.test/prefix', '--prometheus', 'abc', get), 'up', 1);
    expect(asked.map(({ url, headers, body }) => [url.href, headers.get('authorization'), body])).toEqual([
      ['http://prometheus.test/prefix/api/v1/query', `Basic ${Buffer.from('sre:sésame').toString('base64')}`, 'query=up&time=1'],
      ['http://prometheus.test/prefix/api/v1/query', 'Bearer abc', 'query=up&time=1'],
    ]);
    expect(peerAt('http://sre:100%@prometheus.test', '--prometheus', undefined, get).headers['authorization']).toBe(`Basic ${Buffer.from('sre:100%').toString('base64')}`);
  });

  it.each(['10.0.0.9:9091', 'file:///etc/passwd', 'sre:secret'])('is at a URL of HTTP, not at %s, which is not told', (address) => {
    let message = '';
    try {
      peerAt(address, '--prometheus', undefined, fetch);
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/--prometheus is a URL such as/);
    expect(message).not.toContain(address);
  });

  it.each([
    ['is away', because('connect ECONNREFUSED 127.0.0.1:9090', 'ECONNREFUSED'), /nothing answers at http:\/\/prometheus\.test:9090 \(connect ECONNREFUSED.*--prometheus names it/],
    ['takes too long', Object.assign(new Error('aborted'), { name: 'TimeoutError' }), /does not answer within 60 s; --namespace and a shorter --window/],
    ['ends the connection without an answer', because('other side closed', 'UND_ERR_SOCKET'), /ended the connection without an answer .* --namespace/],
    ['has a certificate of its own', because('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'), /is not trusted .*NODE_EXTRA_CA_CERTS/],
  ])('that %s is told so', async (_, error, said) => {
    await expect(peerJson(prometheusAt(failing(error)), 'api/v1/query')).rejects.toThrow(said);
  });

  it.each([
    ['wants to know who asks', 401, { error: 'no' }, /answered 401: no; --prometheus-token names a file/],
    ['does not let this one', 403, { error: 'tenant' }, /answered 403: tenant; who asks may not see this/],
    ['is none', 404, 'page not found', /answered 404 without JSON; does --prometheus name a Prometheus/],
    ['shows a page to sign in', 200, '<html>', /answered 200 without JSON; does --prometheus name/],
    ['refuses the query', 422, { status: 'error', error: 'query processing would load too many samples' }, /answered 422: query processing would load too many samples$/],
    ['tells its error as an object', 415, { error: { message: 'JSON only' } }, /answered 415: JSON only$/],
  ])('that %s is told so', async (_, status, body, said) => {
    await expect(peerJson(prometheusAt(server({ '/api/v1/query': { status, body } }).get), 'api/v1/query')).rejects.toThrow(said);
  });

  it('may warn that its answer is not all', async () => {
    const body = { status: 'success', warnings: ['a store is away', 'a store is away'], data: { resultType: 'vector', result: [] } };
    expect((await queryPrometheus(prometheusAt(server({ '/api/v1/query': { body } }).get), 'up', 1)).warnings).toEqual(['a store is away']);
  });
});

describe('a Kiali', () => {
  const at = (get: typeof fetch, token?: string): Peer => peerAt('http://kiali.test/kiali', '--kiali', token, get);
  const signingIn = (strategy: string) => server({
    '/kiali/api/auth/info': { body: { strategy } }, '/kiali/api/namespaces': { body: [{ name: 'shop' }, { name: '' }, 7] },
    '/kiali/api/authenticate': { body: { username: 'a' }, cookies: ['kiali-token-aes=1; Path=/; HttpOnly', 'kiali-token-chunk=2; Path=/'] },
  });

  it('with tokens is signed in to, and its cookies come along', async () => {
    const { get, asked } = signingIn('token');
    expect(await kialiNamespaces(await signInToKiali(at(get, 'abc'), 'abc'))).toEqual(new Set(['shop']));
    expect(asked.map(({ url, method, body }) => [url.pathname, method, body])).toEqual([
      ['/kiali/api/auth/info', 'GET', ''], ['/kiali/api/authenticate', 'POST', 'token=abc'], ['/kiali/api/namespaces', 'GET', ''],
    ]);
    expect(asked[2]?.headers.get('cookie')).toBe('kiali-token-aes=1; kiali-token-chunk=2');
  });

  it.each(['header', 'openshift'])('with the strategy %s is sent the token itself', async (strategy) => {
    const { get, asked } = signingIn(strategy);
    await kialiNamespaces(await signInToKiali(at(get, 'abc'), 'abc'));
    expect(asked.map(({ url, headers }) => [url.pathname, headers.get('authorization')])).toEqual([['/kiali/api/auth/info', 'Bearer abc'], ['/kiali/api/namespaces', 'Bearer abc']]);
  });

  it.each([
    ['token', undefined, /wants its users to sign in \(strategy token\); --kiali-token names a file/],
    ['openid', 'abc', /signs its users in by a browser/],
    ['', 'abc', /does not say how to sign in/],
  ])('with the strategy «%s» and the token %s cannot be asked', async (strategy, token, said) => {
    await expect(signInToKiali(at(signingIn(strategy).get, token), token)).rejects.toThrow(said);
  });

  it('that has no such graph, or another, is told so', async () => {
    const ask = (answers: Parameters<typeof server>[0]): Promise<unknown> => kialiGraph(at(server(answers).get), ['shop'], { from: 0, to: 60 });
    await expect(ask({})).rejects.toThrow(/api\/namespaces\/graph answered 404/);
    await expect(ask({ '/kiali/api/namespaces/graph': { body: { elements: 7 } } })).rejects.toThrow(/something else than a graph/);
  });

  it('is asked for twenty namespaces at a time; an edge between two parts is told by that of its source', async () => {
    const namespaces = Array.from({ length: 25 }, (_, i) => `n${i}`), asked: string[][] = [];
    const get: typeof fetch = (input) => {
      const part = new URL(String(input)).searchParams.get('namespaces')?.split(',') ?? [];
      asked.push(part);
      // The part that has the destination knows a rate of 1, that of the source 2.
      const nodes = ['n24', 'n0'].map((id) => ({ data: { id, namespace: id, workload: 'w' } }));
      const edges = [{ data: { source: 'n24', target: 'n0', traffic: { protocol: 'http', rates: { http: part.includes('n24') ? '2.00' : '1.00' } } } }];
      return Promise.resolve(new Response(JSON.stringify({ elements: { nodes, edges } })));
    };
    const graph = await kialiGraph(at(get), namespaces, { from: 0, to: 60 });
    expect(asked.map((part) => part.length)).toEqual([20, 5]);
    expect(graph.get('n24/w → n0/w')?.rates.requests).toBe(2);
    expect(graph.size).toBe(1);
  });
});
