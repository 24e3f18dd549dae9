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
  readonly bounds?: SnapshotBounds;
}

/** How much is kept. A graph of 20,000 edges holds some 30 MB, so edges are what counts. */
export interface SnapshotBounds {
  readonly snapshots: number;
  readonly edges: number;
}

const defaultBounds: SnapshotBounds = { snapshots: 128, edges: 60_000 };

interface Entry {
  readonly token: string;
  readonly snapshot: Promise<GraphSnapshot>;
  /** 0 until it is computed. */
  edges: number;
}

export interface GraphSnapshots {
  readonly changeToken: (request: GraphRequest) => Promise<string>;
  get(request: GraphRequest): Promise<GraphSnapshot>;
}

/** Snapshots by question, kept until the data changes; concurrent askers wait for one computation. */
export function createGraphSnapshots(deps: GraphSnapshotDeps): GraphSnapshots {
  const bounds = deps.bounds ?? defaultBounds;
  // In the order of their last use.
  const entries = new Map<string, Entry>();

  const compute = async (request: GraphRequest): Promise<GraphSnapshot> => {
    const graph = await deps.graph(request);
    return new GraphSnapshot(graph, deps.toColumns(graph));
  };

  const start = (key: string, token: string, request: GraphRequest): Entry => {
    const entry: Entry = { token, snapshot: compute(request), edges: 0 };
    entry.snapshot.then(
      ({ graph }) => {
        entry.edges = graph.edges.length;
        evict(entries, bounds, key);
      },
      () => {
        if (entries.get(key) === entry) entries.delete(key);
      },
    );
    return entry;
  };

  return {
    changeToken: deps.changeToken,
    async get(request) {
      const key = requestKey(request);
      const token = await deps.changeToken(request);
      const known = entries.get(key);
      const entry = known?.token === token ? known : start(key, token, request);
      entries.delete(key);
      entries.set(key, entry);
      evict(entries, bounds, key);
      return entry.snapshot;
    },
  };
}

/** Forgets what was not used for longest until the rest fits; never `newest`. */
function evict(entries: Map<string, Entry>, bounds: SnapshotBounds, newest: string): void {
  let edges = 0;
  for (const entry of entries.values()) edges += entry.edges;
  for (const [key, entry] of entries) {
    if (entries.size <= bounds.snapshots && edges <= bounds.edges) return;
    if (key === newest) continue;
    entries.delete(key);
    edges -= entry.edges;
  }
}
