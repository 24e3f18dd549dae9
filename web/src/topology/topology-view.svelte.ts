import { untrack } from 'svelte';
import { readStored, writeStored } from '../lib/browser-store.ts';
import type { Router } from '../lib/router.svelte.ts';
import type { Selection } from '../lib/view-state.ts';
import { createMeasure } from './canvas/measure.ts';
import { Comparison } from './compare/comparison.svelte.ts';
import { evaluate, type Matches } from './find/evaluate.ts';
import { parseFind, type Expression } from './find/parse.ts';
import { FindSyntaxError } from './find/tokenize.ts';
import { drawingOf, worstBoxes, type Drawing, type WorstBoxes } from './graph/collapse.ts';
import { filterTopology } from './graph/filter.ts';
import { withGhosts } from './graph/ghosts.ts';
import { layoutEdges, layoutNodes, sceneOf, sizesOf } from './graph/scene.ts';
import type { Topology, TopologyEdge, TopologyNode } from './graph/topology.ts';
import type { Arrangement } from './layout/lay-out.ts';
import { Layouter, startLayoutWorker } from './layout/layouter.ts';
import type { Picture } from './layout/picture.ts';
import type { Layout } from './layout/place.ts';
import { fromStored, storeKey, toStored } from './layout/stored-arrangement.ts';
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
  readonly worst: WorstBoxes = $derived.by(() => worstBoxes(this.shown.nodes));
  #drawing: Drawing | null = null;
  readonly drawing: Drawing = $derived.by(() => (this.#drawing = drawingOf(this.shown, this.#router.view.expanded, this.#drawing)));
  readonly namespaces: readonly string[] = $derived.by(() => {
    const names = new Set<string>();
    for (const node of this.live.shown?.nodes.values() ?? []) if (node.namespace !== '') names.add(node.namespace);
    for (const name of this.#router.view.namespaces) names.add(name);
    return [...names].sort();
  });

  /** Nodes and edges of the drawing: where everything stands depends on them alone. */
  readonly #structure: string = $derived.by(() => structureKey(this.drawing));
  /** Arrangements of this page by the key they are stored under. */
  readonly #arrangements = new Map<string, Arrangement>();
  readonly #layouter = new Layouter(startLayoutWorker);
  /** The last layout that is ready; null until the first one is. */
  placed: Placed | null = $state.raw(null);
  #stands: { readonly structure: string; readonly drawing: Drawing } = { structure: '', drawing: emptyDrawing };
  /** What is drawn: the drawing if it has its places, else the last one that had. */
  readonly standing: Drawing = $derived.by(() => {
    const { placed } = this;
    if (!placed) return emptyDrawing;
    if (placed.structure === this.#structure) this.#stands = { structure: placed.structure, drawing: this.drawing };
    return this.#stands.structure === placed.structure ? this.#stands.drawing : placed.drawing;
  });
  /** What the mode in force says of the graph; a comparison has its own colours. */
  readonly encoding: Encoding | null = $derived.by(() => {
    const { mode, selection } = this.#router.view;
    const id = (kind: Selection['kind']): string | null => (selection?.kind === kind ? selection.id : null);
    return this.live.shown && !this.compared ? this.modeData.encoding(mode, { node: id('node'), edge: id('edge') }, this.live.shown) : null;
  });
  /** What is lit while all else is dimmed; null = everything. */
  readonly lit: Lit | null = $derived.by(() => lightOf(this.standing, this.shown.nodes, this.encoding, this.focus, this.tone));
  readonly scene = $derived.by(() => {
    const { mode, plaintext, selection } = this.#router.view;
    const own = this.compared === null;
    return sceneOf(this.standing, this.placed?.picture ?? emptyPicture, this.placed?.cardWidth ?? 0, this.#measure, { mode: own ? mode : 'health', encoding: this.encoding, plaintext: plaintext && own, selectedEdge: selection?.kind === 'edge' ? selection.id : null });
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

  /** Opens the namespaces with the worst services. */
  openWorst(): void {
    this.#router.go({ expanded: this.worst.keys, selection: null });
  }

  /** Lays out anew; what was kept is forgotten. */
  relayout(): void {
    const key = this.#storeKey(this.drawing);
    writeStored(key, null);
    this.#arrangements.delete(key);
    this.#relaid++;
  }

  /**
   * Asks for places of what is drawn, if they depend on anything that has changed; to be called from an effect.
   * What is kept stays; two pictures are made anew instead: a collapsed graph with opened namespaces that has something new,
   * because a card becomes a box and boxes have no room to grow, and a graph in its first minute of data, which is still
   * finding its nodes (unless something is selected: then somebody is reading it). The surroundings of one node stand where
   * the whole graph has them; without it their places are not kept for it.
   */
  layOut(): void {
    const [structure, relaid] = [this.#structure, this.#relaid];
    untrack(() => this.#layOut(structure, relaid, this.drawing));
  }

  #layOut(structure: string, relaid: number, drawing: Drawing): void {
    if (this.placed?.structure === structure && this.placed.relaid === relaid) return;
    const nodes = layoutNodes(drawing);
    const key = this.#storeKey(drawing);
    const opened = isOpened(drawing);
    const around = this.#router.view.options.node !== '';
    /** Of these only those places are taken that know every node. */
    const part = opened || around;
    const own = around ? `${key}.around` : key;
    const stored = opened ? null : fromStored(readStored(key));
    const kept = [stored, this.#arrangements.get(key), this.#arrangements.get(own)].find((one) => one && (!part || nodes.every(({ id }) => one.cells.has(id)))) ?? null;
    const young = stored === null && (this.live.shown?.coveredSeconds ?? 0) < settledSeconds;
    const read = this.#router.view.selection !== null && kept !== null;
    const anew = kept === null || (!part && young && !read);
    this.#layouter.ask({ nodes, edges: layoutEdges(drawing), sizes: sizesOf(drawing, this.#measure), kept: anew ? null : kept }, ({ arrangement, picture }: Layout) => {
      this.#arrangements.set(own, arrangement);
      if (!young && !part && nodes.some(({ id }) => !stored?.cells.has(id))) writeStored(key, toStored(arrangement));
      this.placed = { structure, drawing, picture, cardWidth: arrangement.cardWidth, anew, relaid };
    });
  }

  close(): void {
    this.#layouter.close();
    this.comparison.stop();
    this.modeData.close();
    this.live.close();
  }

  #storeKey(drawing: Drawing): string {
    return `${storeKey(this.#router.view.type, this.#router.view.options)}${drawing.collapsed ? '.collapsed' : ''}${isOpened(drawing) ? '.opened' : ''}`;
  }
}

/** A layout, of what, and whether it was made anew. */
export interface Placed {
  readonly structure: string;
  readonly drawing: Drawing;
  readonly picture: Picture;
  readonly cardWidth: number;
  readonly anew: boolean;
  /** How often «re-layout» was pressed before. */
  readonly relaid: number;
}

const emptyDrawing: Drawing = { nodes: [], namespaces: [], edges: [], collapsed: false, notice: '' };
const emptyPicture: Picture = { positions: new Map(), boxes: [], routes: new Map() };

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
