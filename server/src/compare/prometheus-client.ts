import { field, list } from './fields.ts';
import { peerJson, PeerError, type Peer } from './peer.ts';

/** One element of an instant vector. */
export interface Sample { readonly labels: Readonly<Record<string, string>>; readonly value: number }

/** @param warnings what it says of its answer, e.g. that a part of it is missing; without repetition */
export interface QueryAnswer { readonly samples: readonly Sample[]; readonly warnings: readonly string[] }

/** An instant query of a Prometheus, or of what speaks its API. @throws PeerError */
export async function queryPrometheus(prometheus: Peer, query: string, time: number): Promise<QueryAnswer> {
  const body = await peerJson(prometheus, 'api/v1/query', { query, time: String(time) }, 'form');
  const samples = decodeVector(body);
  if (samples === null) throw new PeerError(`${prometheus.url.href} answered something else than an instant vector: is it a Prometheus?`);
  return { samples, warnings: [...new Set(list(field(body, 'warnings')).map(String))].slice(0, mostWarnings) };
}

const mostWarnings = 5;

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
