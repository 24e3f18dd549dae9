import { timeWindow } from '@orrery/collectors/model/time-window';
import { needsInventory } from '../../inference/appenders/appender.ts';
import type { ServiceGraph } from '../../inference/graph.ts';
import type { InventoryReader } from '../../inference/inventory.ts';
import { createColumnBuilder } from '../../inference/build-columns.ts';
import type { GraphColumns } from '../../inference/graph-columns.ts';
import { buildServiceGraph, type GraphOptions } from '../../inference/load-graph.ts';
import type { OperationReader, TrafficReader } from '../../inference/ports.ts';
import { viewGraph } from '../../inference/scope/view-graph.ts';
import { ApiError } from '../errors.ts';
import { createDataBegan } from './data-began.ts';
import type { GraphRequest } from './graph-request.ts';
import type { ViewRequest } from './view-request.ts';
import { lackNote, unseenNotes, type RecordedRange } from './window-notes.ts';

/** What a graph is read from. */
export interface GraphReaders {
  readonly tenant: string;
  readonly reader: TrafficReader;
  readonly operations: OperationReader;
  /** What exists in the cluster; null where no source of configuration is connected. */
  readonly inventory: InventoryReader | null;
  /** What a replay shows; left out where data comes in. */
  readonly recorded?: RecordedRange | null;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** With `idle`, what had traffic this long before the window and has none in it is shown too. */
const idleSeconds = 3_600;

/** How long operations are kept (migration 4), seconds. */
const operationSeconds = 2 * 86_400;

/** Graphs of requests, read and inferred. */
export interface GraphLoader {
  /** A view is read for only where one is asked for. @throws ApiError NODE_NOT_FOUND */
  graph(request: GraphRequest): Promise<ServiceGraph>;
  /** The plain graph of the whole mesh straight to columns; null of any other request. */
  columns(request: GraphRequest): Promise<GraphColumns | null>;
}

/** Reads what a request needs and builds its graph. When data begins is asked once a minute. */
export function loadGraphs({ tenant, reader, operations, inventory, recorded = null, now }: GraphReaders): GraphLoader {
  const buildColumns = createColumnBuilder(), dataBegan = createDataBegan(tenant, reader, now);
  const viewed = async (rows: Awaited<ReturnType<TrafficReader['edgeWindows']>>, options: GraphOptions, view: ViewRequest, { scope, window }: GraphRequest): Promise<ServiceGraph> => {
    const [existing, done] = await Promise.all([
      // All of it: an edge leads out of the namespaces that were asked for.
      inventory && view.appenders.some((name) => needsInventory.has(name)) ? inventory.inventory({ ...scope, namespaces: null }, window.to) : null,
      view.operations ? operations.operations(scope, window, null) : null,
    ]);
    const forgotten = view.operations && window.from < now() / 1000 - operationSeconds;
    const partial = [...options.partial ?? [], ...(forgotten ? [`operations are kept ${operationSeconds / 86_400} days: older ones are missing`] : [])];
    const graph = viewGraph(rows, { ...options, partial }, { ...view, appenders: new Set(view.appenders), namespaces: scope.namespaces }, { inventory: existing, operations: done });
    if (graph === null) throw new ApiError('NODE_NOT_FOUND', `the ${options.type} graph of this window has no node ${view.node?.id ?? ''}`);
    return graph;
  };

  const notesOf = ({ window, notes }: GraphRequest, began: number | null): readonly string[] => {
    const note = lackNote(window, { began, recorded }, now() / 1000);
    return note === null ? notes : [...notes, note];
  };

  return {
    async graph(request) {
      const { scope, type, window, idle, view, evidence } = request;
      const before = timeWindow(window.from - idleSeconds, window.from, now() / 1000);
      const [rows, idleRows, began] = await Promise.all([reader.edgeWindows(scope, window), idle ? reader.edgeWindows(scope, before) : null, dataBegan()]);
      // Afterwards it is known of what was read.
      const range = scope.namespaces ? await reader.dataRange(tenant, window) : null;
      const options: GraphOptions = { tenant, type, window, evidence, now: now() / 1000, began, partial: notesOf(request, began), ...(idleRows ? { idleRows } : {}), ...(range ? { range } : {}) };
      const graph = view ? await viewed(rows, options, view, request) : buildServiceGraph(rows, options);
      return sayUnknownNamespaces(graph, view?.node ? null : scope.namespaces);
    },

    async columns(request) {
      const { scope, type, window, idle, view, evidence, watched } = request;
      if (view !== null || idle || evidence || scope.namespaces !== null) return null;
      const [reading, began] = await Promise.all([reader.readEdges(scope, window, watched), dataBegan()]);
      return buildColumns(reading, { type, window, now: now() / 1000, began, partial: notesOf(request, began) });
    },
  };
}

/** A namespace that was asked for and that nothing in the answer touches is named: it may be mistyped. */
function sayUnknownNamespaces(graph: ServiceGraph, asked: readonly string[] | null): ServiceGraph {
  const { quality } = graph, notes = unseenNotes(asked, () => graph.nodes.map(({ entity }) => entity.namespace));
  return notes.length === 0 ? graph : { ...graph, quality: { ...quality, partial: [...quality.partial, ...notes] } };
}
