/** One element of an instant vector. */
export interface Sample { readonly labels: Readonly<Record<string, string>>; readonly value: number }

/** The other side does not answer, or not as it should; one line, says what to do. */
export class PeerError extends Error {}

const timeoutMs = 60_000;

/**
 * Asks one JSON document of a server that is compared with.
 * @param option the command-line option that named it
 * @throws PeerError
 */
export async function peerJson(base: string, path: string, query: Readonly<Record<string, string>>, option: string, get: typeof fetch): Promise<unknown> {
  const url = URL.parse(base);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw new PeerError(`${option} is a URL such as http://127.0.0.1:9090, not ${base}`);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${path}`;
  let response: Response;
  try {
    // A query over a whole mesh is longer than a URL may be.
    response = path.startsWith('api/v1/query')
      ? await get(url, { method: 'POST', body: new URLSearchParams(query), signal: AbortSignal.timeout(timeoutMs) })
      : await get(`${url.href}?${new URLSearchParams(query)}`, { signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new PeerError(`nothing answers at ${url.origin} (${cause}); ${option} names it`, { cause: error });
  }
  const body: unknown = await response.json().catch(() => null);
  if (response.ok && body !== null) return body;
  const reason = typeof body === 'object' && body !== null && 'error' in body ? String(body.error).slice(0, 300) : 'no JSON';
  throw new PeerError(`${url.origin}/${path} answered ${response.status}: ${reason}`);
}

/** An instant query of a Prometheus. @throws PeerError */
export async function queryPrometheus(base: string, query: string, time: number, get: typeof fetch): Promise<readonly Sample[]> {
  const body = await peerJson(base, 'api/v1/query', { query, time: String(time) }, '--prometheus', get);
  const samples = decodeVector(body);
  if (samples === null) throw new PeerError(`${base} answered something else than an instant vector: is it a Prometheus?`);
  return samples;
}

/** The samples of an answer to an instant query; null if it is none. Values that are no numbers are left out. */
export function decodeVector(body: unknown): Sample[] | null {
  const data = field(body, 'data'), result = field(data, 'result');
  if (field(body, 'status') !== 'success' || field(data, 'resultType') !== 'vector' || !Array.isArray(result)) return null;
  return result.flatMap((one: unknown): Sample[] => {
    const metric = field(one, 'metric'), value = field(one, 'value');
    if (typeof metric !== 'object' || metric === null || !Array.isArray(value)) return [];
    const count = Number(value[1]);
    const labels = Object.fromEntries(Object.entries(metric).filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
    return Number.isFinite(count) ? [{ labels, value: count }] : [];
  });
}

function field(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null && Object.hasOwn(of, name) ? (of as Record<string, unknown>)[name] : undefined;
}
