import { createHash } from 'node:crypto';
import type { GraphColumns } from '../../inference/graph-columns.ts';
import type { ServiceGraph } from '../../inference/graph.ts';
import { columnsJson } from './columns-json.ts';
import { compress, type Encoding } from '../http/compress.ts';
import { requestKey, type GraphRequest } from './graph-request.ts';

/** Edges of columns that one of objects weighs: 2 KB to some 200 bytes. */
const objectWeight = 10;

/** A graph computed once and shared by everybody who asked the same question of the same data. */
export class GraphSnapshot {
  readonly #load: () => Promise<ServiceGraph>;
  readonly #toColumns: (graph: ServiceGraph) => GraphColumns;
  #columns: GraphColumns | null;
  #graph: Promise<ServiceGraph> | null = null;
  #loaded: ServiceGraph | null = null;
  #json: Buffer | null = null;
  readonly #compressed: Partial<Record<Encoding, Promise<Buffer>>> = {};
  #hash = '';

  /** Of columns that were made without the graph, `load` gives it to who asks for it; else it was given. */
  constructor(columns: GraphColumns | null, graph: ServiceGraph | (() => Promise<ServiceGraph>), toColumns: (graph: ServiceGraph) => GraphColumns) {
    this.#columns = columns;
    this.#toColumns = toColumns;
    if (typeof graph === 'function') {
      this.#load = graph;
    } else {
      this.#loaded = graph;
      this.#load = () => Promise.resolve(graph);
    }
  }

  get columns(): GraphColumns {
    if (this.#columns) return this.#columns;
    if (!this.#loaded) throw new Error('a snapshot has columns or a graph');
    return (this.#columns = this.#toColumns(this.#loaded));
  }

  /** The graph of objects; of a failure the next asker tries again. */
  get graph(): Promise<ServiceGraph> {
    this.#graph ??= this.#load().then((graph) => (this.#loaded = graph), (error: unknown) => {
      this.#graph = null;
      throw error;
    });
    return this.#graph;
  }

  /** Edges that it holds as columns; one that is an object with its rows takes as much as several. */
  get weight(): number {
    return objectWeight * (this.#loaded?.edges.length ?? 0) + (this.#columns?.edges.id.length ?? 0);
  }

  /** The columns as JSON, UTF-8. */
  get json(): Buffer {
    this.#json ??= columnsJson(this.columns);
    return this.#json;
  }

  /** `json`, compressed once. */
  compressed(encoding: Encoding): Promise<Buffer> {
    return (this.#compressed[encoding] ??= this.#compress(encoding));
  }

  async #compress(encoding: Encoding): Promise<Buffer> {
    const bytes = await compress(this.#named(), encoding);
    // Nearly everybody takes it compressed, and it is four times as large.
    this.#json = null;
    return bytes;
  }

  #named(): Buffer {
    const json = this.json;
    if (this.#hash === '') this.#hash = createHash('sha256').update(json).digest('base64url').slice(0, 22);
    return json;
  }

  /** Hash of the bytes of `json`, for a strong ETag. */
  get hash(): string {
    if (this.#hash === '') this.#named();
    return this.#hash;
  }
}

/** Where graphs come from, and how their changes are seen. */
export interface GraphSnapshotDeps {
  readonly changeToken: (request: GraphRequest) => Promise<string>;
  /** Reads and infers the graph of a request, its notes among `quality.partial`. */
  readonly graph: (request: GraphRequest) => Promise<ServiceGraph>;
  /** The same as columns without the way through the graph; null where there is no shorter way. */
  readonly columns: (request: GraphRequest) => Promise<GraphColumns | null>;
  readonly toColumns: (graph: ServiceGraph) => GraphColumns;
  /** Told of each graph that was made. */
  readonly onMade?: (durationMs: number) => void;
  readonly bounds?: SnapshotBounds;
}

/** How much is kept. Columns of 20,000 edges are some 4 MB, so edges are what counts. */
export interface SnapshotBounds {
  readonly snapshots: number;
  readonly edges: number;
}

const defaultBounds: SnapshotBounds = { snapshots: 128, edges: 60_000 };

interface Entry {
  readonly token: string;
  readonly snapshot: Promise<GraphSnapshot>;
  /** Null until it is computed. */
  computed: GraphSnapshot | null;
}

/** Graphs as they travel, each made once for all who ask. */
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
    const started = performance.now(), columns = await deps.columns(request);
    const snapshot = columns ? new GraphSnapshot(columns, () => deps.graph(request), deps.toColumns) : new GraphSnapshot(null, await deps.graph(request), deps.toColumns);
    deps.onMade?.(performance.now() - started);
    return snapshot;
  };

  const start = (key: string, token: string, request: GraphRequest): Entry => {
    const entry: Entry = { token, snapshot: compute(request), computed: null };
    entry.snapshot.then(
      (snapshot) => {
        entry.computed = snapshot;
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
  for (const { computed } of entries.values()) edges += computed?.weight ?? 0;
  for (const [key, { computed }] of entries) {
    if (entries.size <= bounds.snapshots && edges <= bounds.edges) return;
    if (key === newest) continue;
    entries.delete(key);
    edges -= computed?.weight ?? 0;
  }
}
