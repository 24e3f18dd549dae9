import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { GraphColumns } from '../../inference/graph-columns.ts';
import type { ServiceGraph } from '../../inference/graph.ts';
import { requestKey, type GraphRequest } from './graph-request.ts';

const gzipAsync = promisify(gzip);

/** A graph computed once and shared by everybody who asked the same question of the same data. */
export class GraphSnapshot {
  readonly graph: ServiceGraph;
  readonly columns: GraphColumns;
  #json: Buffer | null = null;
  #gzip: Promise<Buffer> | null = null;
  #hash = '';

  constructor(graph: ServiceGraph, columns: GraphColumns) {
    this.graph = graph;
    this.columns = columns;
  }

  /** The columns as JSON, UTF-8. */
  get json(): Buffer {
    this.#json ??= Buffer.from(JSON.stringify(this.columns));
    return this.#json;
  }

  get gzipped(): Promise<Buffer> {
    this.#gzip ??= gzipAsync(this.json, { level: 4 });
    return this.#gzip;
  }

  /** Hash of the bytes of `json`, for a strong ETag. */
  get hash(): string {
    if (this.#hash === '') this.#hash = createHash('sha256').update(this.json).digest('base64url').slice(0, 22);
    return this.#hash;
  }
}

export interface GraphSnapshotDeps {
  readonly changeToken: (request: GraphRequest) => Promise<string>;
  /** Reads and infers the graph of a request, its notes among `quality.partial`. */
  readonly graph: (request: GraphRequest) => Promise<ServiceGraph>;
  readonly toColumns: (graph: ServiceGraph) => GraphColumns;
  /** Bound of snapshots kept; a graph of 20,000 edges holds some 30 MB. */
  readonly keep?: number;
}

export interface GraphSnapshots {
  readonly changeToken: (request: GraphRequest) => Promise<string>;
  get(request: GraphRequest): Promise<GraphSnapshot>;
}

/** Snapshots by question, kept until the data changes; concurrent askers wait for one computation. */
export function createGraphSnapshots(deps: GraphSnapshotDeps): GraphSnapshots {
  const keep = deps.keep ?? 16;
  const entries = new Map<string, { readonly token: string; readonly snapshot: Promise<GraphSnapshot> }>();

  const compute = async (request: GraphRequest): Promise<GraphSnapshot> => {
    const graph = await deps.graph(request);
    return new GraphSnapshot(graph, deps.toColumns(graph));
  };

  return {
    changeToken: deps.changeToken,
    async get(request) {
      const key = requestKey(request);
      const token = await deps.changeToken(request);
      const known = entries.get(key);
      entries.delete(key);
      const entry = known?.token === token ? known : { token, snapshot: compute(request) };
      entries.set(key, entry);
      if (entry !== known) entry.snapshot.catch(() => entries.get(key) === entry && entries.delete(key));
      const oldest = entries.keys().next();
      if (entries.size > keep && !oldest.done) entries.delete(oldest.value);
      return entry.snapshot;
    },
  };
}
