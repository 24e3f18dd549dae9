/** An Orrery that is asked over HTTP, by the commands that need one running. */
export interface OrreryClient {
  /** Without credentials. */
  readonly url: URL;
  /** The JSON of a path such as `api/graph`. @throws OrreryError */
  json<T>(path: string, query?: Readonly<Record<string, string>>): Promise<T>;
  /** The JSON that a path answers to JSON. @throws OrreryError */
  post<T>(path: string, body: unknown): Promise<T>;
  /** The bytes of a path, as they come. @throws OrreryError */
  bytes(path: string, query?: Readonly<Record<string, string>>): Promise<ReadableStream<Uint8Array>>;
  /** The data of a GraphQL operation. @throws OrreryError */
  graphql<T>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<T>;
}

/** It does not answer, or refuses; the message says what to do and is one line. */
export class OrreryError extends Error {}

const timeoutMs = 60_000;

/**
 * @param address what the user gave for `--orrery`; its user and password are for a proxy before Orrery that wants them (Basic)
 * @throws OrreryError if it is no URL
 */
export function orreryClient(address: string, get: typeof fetch = fetch): OrreryClient {
  const url = URL.parse(address);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw new OrreryError(`--orrery is a URL such as http://127.0.0.1:7070`);
  const authorization = basicAuthorization(url);
  url.username = url.password = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  const ask = async (path: string, init: RequestInit, query: Readonly<Record<string, string>> = {}): Promise<Response> => {
    const target = new URL(path, url);
    target.search = new URLSearchParams(query).toString();
    try {
      return await get(target, authorization === null ? init : { ...init, headers: { ...init.headers as Record<string, string> | undefined, authorization } });
    } catch (error) {
      throw new OrreryError(`no Orrery answers at ${url.origin} (${reasonOf(error)}); name another one with --orrery`, { cause: error });
    }
  };
  const refused = async (response: Response): Promise<OrreryError> => {
    const answer = (await response.json().catch(() => null)) as { error?: { message?: string } } | null;
    return new OrreryError(answer?.error?.message ?? `${url.origin} answered ${response.status}: is it an Orrery?`);
  };
  const soon = (): RequestInit => ({ signal: AbortSignal.timeout(timeoutMs) });
  return {
    url,
    async json<T>(path: string, query?: Readonly<Record<string, string>>): Promise<T> {
      const response = await ask(path, soon(), query);
      if (!response.ok || response.headers.get('content-type')?.startsWith('application/json') !== true) throw await refused(response);
      return (await response.json()) as T;
    },
    async post<T>(path: string, body: unknown): Promise<T> {
      const response = await ask(path, { ...soon(), method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
      if (!response.ok) throw await refused(response);
      return (await response.json()) as T;
    },
    async bytes(path, query) {
      const response = await ask(path, {}, query);
      if (!response.ok || !response.body) throw await refused(response);
      return response.body;
    },
    async graphql<T>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<T> {
      const response = await ask('graphql', { ...soon(), method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }) });
      const answer = (await response.json().catch(() => null)) as { data?: T; errors?: { message: string }[] } | null;
      if (answer?.data === undefined || answer.data === null || answer.errors !== undefined) throw new OrreryError(answer?.errors?.[0]?.message ?? `${url.origin} answered ${response.status}: is it an Orrery?`);
      return answer.data;
    },
  };
}

function basicAuthorization({ username, password }: URL): string | null {
  if (username === '' && password === '') return null;
  try {
    return `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;
  } catch {
    throw new OrreryError('--orrery: user and password are percent-encoded in a URL, a % as %25');
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
