import { untrack } from 'svelte';
import { readStored, writeStored } from '../lib/browser-store.ts';
import type { Router } from '../lib/router.svelte.ts';
import type { Selection } from '../lib/view-state.ts';
import { createMeasure } from './canvas/measure.ts';
import { Comparison } from './compare/comparison.svelte.ts';
import { evaluate, type Matches } from './find/evaluate.ts';
import { parseFind, type Expression } from './find/parse.ts';
import { FindSyntaxError } from './find/tokenize.ts';
import { boxOf, drawingOf, type Drawing } from './graph/collapse.ts';
import { filterTopology } from './graph/filter.ts';
import { withGhosts } from './graph/ghosts.ts';
import { geometryOf, layoutEdges, layoutNodes, sceneOf, sizesOf } from './graph/scene.ts';
import type { Topology, TopologyEdge, TopologyNode } from './graph/topology.ts';
import { arrange, layOut, type Arrangement } from './layout/lay-out.ts';
import { fromStored, toStored } from './layout/stored-arrangement.ts';
import type { Encoding, Tone } from './mode/encode.ts';
import { lightOf, type Lit } from './mode/light.ts';
import { ModeData } from './mode/mode-data.svelte.ts';
import { LiveTopology, settledSeconds } from './live-topology.svelte.ts';

export interface Parsed {
  readonly expression: Expression | null;
  readonly error: FindSyntaxError | null;
}

/** The topology page's state: the live graph, what of it is shown, where it is drawn, what is selected. */
export class TopologyView {
  readonly live = new LiveTopology();
  readonly comparison = new Comparison();
  readonly modeData = new ModeData();
  readonly #router: Router;
  readonly #measure = createMeasure();
  /** Node at the keyboard's cursor. */
  cursor: string | null = $state(null);
  /** Node whose neighbourhood alone is lit. */
  focus: string | null = $state(null);
  /** Step of the mode's scale whose edges alone are lit. */
  tone: Tone | null = $state(null);
  /** Counts presses of «re-layout». */
  #relaid = $state(0);

  /** The shown graph with what changed in place of health, null where it is not compared with another window. */
  readonly compared: Topology | null = $derived.by(() => this.comparison.of(this.live.shown));
  /** The graph that is drawn: with what has just left it, where it is not compared. */
  readonly drawn: Topology | null = $derived.by(() => this.compared ?? (this.live.shown ? withGhosts(this.live.shown, this.live.ghosts, this.#router.view.expanded) : null));

  readonly find = $derived.by(() => parsed(this.#router.view.find));
  readonly hide = $derived.by(() => parsed(this.#router.view.hide));
  readonly found: Matches | null = $derived.by(() => (this.find.expression && this.drawn ? evaluate(this.find.expression, this.drawn) : null));
  readonly #hidden: Matches | null = $derived.by(() => (this.hide.expression && this.drawn ? evaluate(this.hide.expression, this.drawn) : null));
  readonly shown = $derived.by(() => (this.drawn ? filterTopology(this.drawn, this.#hidden, this.#router.view.states) : { nodes: [], edges: [] }));
  /** Of that, what has traffic in the window; of a comparison everything. */
  readonly present = $derived.by(() => (this.compared ? this.shown : { nodes: this.shown.nodes.filter((node) => node.state !== 'gone'), edges: this.shown.edges.filter((edge) => edge.state !== 'gone') }));
  #drawing: Drawing | null = null;
  readonly drawing: Drawing = $derived.by(() => (this.#drawing = drawingOf(this.shown, this.#router.view.expanded, this.#drawing)));
  readonly namespaces: readonly string[] = $derived.by(() => {
    const names = new Set<string>();
    for (const node of this.live.shown?.nodes.values() ?? []) if (node.namespace !== '') names.add(node.namespace);
    for (const name of this.#router.view.namespaces) names.add(name);
    return [...names].sort();
  });

  #structure: { readonly key: string; readonly drawing: Drawing } = { key: '', drawing: emptyDrawing };
  /** The drawing as far as geometry goes: the same object until nodes or edges come or go. */
  readonly #stable: Drawing = $derived.by(() => {
    const { drawing } = this;
    const key = structureKey(drawing);
    if (key !== this.#structure.key) this.#structure = { key, drawing };
    return this.#structure.drawing;
  });
  /** Arrangements of this page by the key they are stored under. */
  readonly #arrangements = new Map<string, Arrangement>();
  readonly arranged: Arranged = $derived.by(() => this.#arrange(this.#stable, this.#relaid));
  readonly sizes = $derived({ ...sizesOf(this.#stable, this.#measure), cardWidth: this.arranged.arrangement.cardWidth });
  readonly geometry = $derived(geometryOf(this.#stable, this.arranged.arrangement, this.sizes));
  /** What the mode in force says of the graph; a comparison has its own colours. */
  readonly encoding: Encoding | null = $derived.by(() => {
    const { mode, selection } = this.#router.view;
    const id = (kind: Selection['kind']): string | null => (selection?.kind === kind ? selection.id : null);
    return this.live.shown && !this.compared ? this.modeData.encoding(mode, { node: id('node'), edge: id('edge') }, this.live.shown) : null;
  });
  /** What is lit while all else is dimmed; null = everything. */
  readonly lit: Lit | null = $derived.by(() => lightOf(this.drawing, this.shown.nodes, this.encoding, this.focus, this.tone));
  readonly scene = $derived.by(() => {
    const { mode, plaintext, selection } = this.#router.view;
    const own = this.compared === null;
    return sceneOf(this.drawing, this.geometry, this.sizes, this.#measure, { mode: own ? mode : 'health', encoding: this.encoding, plaintext: plaintext && own, selectedEdge: selection?.kind === 'edge' ? selection.id : null });
  });

  /** With its health, also where two times are compared. */
  readonly selectedEdge: TopologyEdge | null = $derived.by(() => {
    const { selection } = this.#router.view;
    return selection?.kind === 'edge' ? (this.live.shown?.edges.get(selection.id) ?? this.drawn?.edges.get(selection.id) ?? null) : null;
  });
  readonly selectedNode: TopologyNode | null = $derived.by(() => {
    const { selection } = this.#router.view;
    return selection?.kind === 'node' ? (this.live.shown?.nodes.get(selection.id) ?? this.drawn?.nodes.get(selection.id) ?? null) : null;
  });

  constructor(router: Router) {
    this.#router = router;
  }

  node(id: string): TopologyNode | undefined {
    return this.drawn?.nodes.get(id);
  }

  select(selection: Selection | null): void {
    this.#router.go({ selection });
  }

  /** Opens or closes a namespace of a collapsed graph. */
  toggleNamespace(key: string): void {
    const { expanded } = this.#router.view;
    this.#router.go({ expanded: expanded.includes(key) ? expanded.filter((one) => one !== key) : [...expanded, key], selection: null });
  }

  /** Opens every namespace with a failing or degraded service. */
  openUnhealthy(): void {
    const keys = new Set(this.shown.nodes.filter((node) => node.state === 'failing' || node.state === 'degraded').map((node) => boxOf(node)));
    this.#router.go({ expanded: [...keys].filter((key) => key !== null) });
  }

  /** Lays out anew; what was kept is forgotten. */
  relayout(): void {
    const key = this.#storeKey(this.#stable);
    writeStored(key, null);
    this.#arrangements.delete(key);
    this.#relaid++;
  }

  close(): void {
    this.comparison.stop();
    this.modeData.close();
    this.live.close();
  }

  #storeKey(drawing: Drawing): string {
    return `orrery.layout.${this.#router.view.type}${drawing.collapsed ? '.collapsed' : ''}${isOpened(drawing) ? '.opened' : ''}`;
  }

  /**
   * Where everything stands. What is kept stays; two pictures are made anew instead: a collapsed graph with opened namespaces
   * that has something new, because a card becomes a box and boxes have no room to grow, and a graph in its first minute of
   * data, which is still finding its nodes (unless something is selected: then somebody is reading it).
   */
  #arrange(drawing: Drawing, relaid: number): Arranged {
    const nodes = layoutNodes(drawing);
    if (nodes.length === 0) return { arrangement: { cells: new Map(), columns: { first: 0, left: [0] }, cardWidth: 100 }, anew: false, relaid };
    const key = this.#storeKey(drawing);
    const opened = isOpened(drawing);
    const stored = opened ? null : fromStored(readStored(key));
    const kept = stored ?? this.#arrangements.get(key) ?? null;
    const young = stored === null && untrack(() => (this.live.shown?.coveredSeconds ?? 0) < settledSeconds);
    const read = untrack(() => this.#router.view.selection !== null) && kept !== null;
    const sizes = sizesOf(drawing, this.#measure);
    const edges = layoutEdges(drawing);
    const anew = kept === null || (opened ? nodes.some(({ id }) => !kept.cells.has(id)) : young && !read);
    const arrangement = anew ? layOut(nodes, edges, sizes) : arrange(kept, nodes, edges, sizes);
    this.#arrangements.set(key, arrangement);
    if (!young && !opened && arrangement !== stored) writeStored(key, toStored(arrangement));
    return { arrangement, anew, relaid };
  }
}

/** An arrangement, and whether it was made anew. */
export interface Arranged {
  readonly arrangement: Arrangement;
  readonly anew: boolean;
  /** How often «re-layout» was pressed before. */
  readonly relaid: number;
}

const emptyDrawing: Drawing = { nodes: [], namespaces: [], edges: [], collapsed: false, notice: '' };

/** A collapsed graph with namespaces opened: such places are not kept beyond the page. */
function isOpened(drawing: Drawing): boolean {
  return drawing.collapsed && drawing.nodes.length > 0;
}

function structureKey(drawing: Drawing): string {
  return [drawing.nodes.map((node) => `${node.id} ${node.namespace}`).join('\n'), drawing.namespaces.map((card) => card.key).join('\n'), drawing.edges.map((edge) => edge.id).join('\n')].join('\n\n');
}

function parsed(text: string): Parsed {
  try {
    return { expression: parseFind(text), error: null };
  } catch (error) {
    if (error instanceof FindSyntaxError) return { expression: null, error };
    throw error;
  }
}
