/** A failure of the API, with the code that it gave (`STORE_UNAVAILABLE`, `BAD_WINDOW`, …) or `NETWORK`. */
export class ApiFailure extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'ApiFailure';
    this.code = code;
  }
}

/** A GraphQL document with the types of its variables and answer. */
export interface Operation<Variables, Data> {
  readonly document: string;
  /** Only types, never values: ties the document to what it takes and gives. */
  readonly types?: (variables: Variables) => Data;
}

/** Sends an operation to `/graphql`. @throws ApiFailure */
export async function request<Variables, Data>(operation: Operation<Variables, Data>, variables: Variables, signal?: AbortSignal): Promise<Data> {
  const body = await send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' },
    body: JSON.stringify({ query: operation.document, variables }),
    ...(signal ? { signal } : {}),
  });
  const { data, errors } = body as { data?: Data | null; errors?: readonly { message: string; extensions?: { code?: string } }[] };
  const failure = errors?.[0];
  if (failure) throw new ApiFailure(failure.extensions?.code ?? 'UNKNOWN', failure.message);
  if (data === undefined || data === null) throw new ApiFailure('UNKNOWN', 'the answer holds no data');
  return data;
}

/** Fetches JSON outside of GraphQL. @throws ApiFailure */
export async function fetchJson(url: string, signal?: AbortSignal): Promise<unknown> {
  const body = await send(url, { headers: { accept: 'application/json' }, ...(signal ? { signal } : {}) });
  const { error } = body as { error?: { code: string; message: string } };
  if (error) throw new ApiFailure(error.code, error.message);
  return body;
}

async function send(url: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiFailure('NETWORK', 'Orrery does not answer');
  }
  try {
    return (await response.json()) as unknown;
  } catch {
    throw new ApiFailure('NETWORK', `Orrery answered ${response.status} without JSON`);
  }
}

/** So long after a failure that may pass the question is asked again by itself. */
export const retryMs = 3_000;

/** True for failures that pass without anybody changing the question: the store or all of Orrery is away. */
export function mayPass(error: unknown): boolean {
  return error instanceof ApiFailure && (error.code === 'STORE_UNAVAILABLE' || error.code === 'NETWORK');
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** What to show of any failure: code and message of the API's own, the message of others. */
export function failureText(error: unknown): string {
  if (error instanceof ApiFailure) return error.code === 'NETWORK' || error.code === 'UNKNOWN' ? `${error.message}.` : `${error.message} (${error.code})`;
  return error instanceof Error ? error.message : String(error);
}
