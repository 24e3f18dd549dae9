import type { Core, NodeSingular } from 'cytoscape';
import { around, bestCorner } from './best-corner.ts';
import { ids, type Wanted } from './elements.ts';
import type { Extent } from './minimap.ts';

const padding = 14;
/** Above: marks stand on the upper edges of cards. */
const headroom = 12;
/** Around a card that is brought into view, in pixels of the graph: less than one at the edge of a fitted view has. */
const revealMargin = 12;
/** Below this the names on cards are hard to read. */
const readableZoom = 0.62;
/** From this on that is better than a view that lacks only a little. */
const leastWholeZoom = 0.55;
/** So many are shown whole, readable or not, where that is possible at all. */
const manyCards = 250;
/** After a click opened the panel nothing may move until it cannot become a double click any more. */
const doubleClickMs = 350;

/**
 * What of the graph is in view. It is fitted until the reader moves it, and follows the size of the canvas as long as it is;
 * the reader's own stays as it is.
 */
export class Viewport {
  readonly #cy: Core;
  readonly #drawn: ReadonlyMap<string, Wanted>;
  #fitted = false;
  /** The reader has moved the view: it is theirs until they ask for the whole graph. */
  #moved = false;
  /** Everything stays in view, readable or not: the reader asked for it, or it was in a canvas with more room. */
  #whole = false;
  /** Cards to have in sight where not everything is. */
  #middle: readonly string[] = [];
  /** Fitted to another size, or to less than there is. */
  #outdated = false;
  /** Cards of what was selected since the view came to rest. */
  #selected: readonly string[] = [];
  #tappedMs = -Infinity;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(cy: Core, drawn: ReadonlyMap<string, Wanted>) {
    this.#cy = cy;
    this.#drawn = drawn;
    cy.on('dragpan scrollzoom pinchzoom', () => (this.#moved = true));
    cy.on('tap', () => (this.#tappedMs = performance.now()));
  }

  /** Shows everything, at most at natural size. */
  fit(): void {
    this.#whole = this.#fitted = true;
    this.#moved = false;
    this.#show();
  }

  /**
   * The first view of a new layout: everything if it stays readable, otherwise with the cards `middle` in sight.
   * Does nothing for a layout that grew, nor once the reader has moved the view, as long as that shows any card, of `middle`
   * where the reader has just opened that.
   */
  first(middle: readonly string[], anew: boolean, opened: boolean): void {
    if ((this.#fitted && !anew) || (this.#moved && this.#shows(opened ? this.#cardsOf(middle.map(ids.card)) : this.#cards())) || this.#cards().length === 0) return;
    this.#whole = this.#moved = false;
    this.#fitted = true;
    this.#middle = middle.map(ids.card);
    this.#show();
  }

  /** Takes the size of the canvas over. */
  resize(): void {
    this.#cy.resize();
    this.refit();
  }

  /** Shows everything again, unless the reader has moved the view. */
  refit(): void {
    this.#outdated = true;
    this.#settle();
  }

  /** Brings both ends of an edge that was selected into view. */
  revealEdge(id: string): void {
    const edge = this.#drawn.get(ids.line(id));
    if (!edge) return;
    this.#selected = [String(edge.definition.data.source), String(edge.definition.data.target)];
    this.#settle();
  }

  /** Brings the card of what was selected into view. */
  revealSelected(id: string): void {
    this.#selected = [ids.card(id)];
    this.#settle();
  }

  /** Brings a card into view that the reader goes to: the view is theirs if it has to move. */
  reveal(id: string): void {
    if (this.#reveal([ids.card(id)])) this.#moved = true;
  }

  zoomBy(factor: number): void {
    this.#moved = true;
    this.#cy.zoom({ level: this.#cy.zoom() * factor, renderedPosition: { x: this.#cy.width() / 2, y: this.#cy.height() / 2 } });
  }

  /** Moves the middle of the view to a point of the graph. */
  panTo(x: number, y: number): void {
    this.#moved = true;
    const zoom = this.#cy.zoom();
    this.#cy.pan({ x: this.#cy.width() / 2 - x * zoom, y: this.#cy.height() / 2 - y * zoom });
  }

  /** What is visible, in pixels of the graph. */
  extent(): Extent {
    return this.#cy.extent();
  }

  destroy(): void {
    clearTimeout(this.#rest);
  }

  #settle(): void {
    clearTimeout(this.#rest);
    const wait = this.#tappedMs + doubleClickMs - performance.now();
    if (wait > 0) this.#rest = setTimeout(() => this.#settleNow(), wait);
    else this.#settleNow();
  }

  #settleNow(): void {
    if (this.#selected.length > 0) this.#middle = this.#selected;
    if (this.#outdated && this.#fitted && !this.#moved) this.#show();
    else this.#reveal(this.#selected);
    this.#outdated = false;
    this.#selected = [];
  }

  #cards(): Extent[] {
    return [...this.#drawn.values()].filter(({ classes }) => classes.startsWith('card')).map((card) => rectOf(card));
  }

  #cardsOf(elements: readonly string[]): Extent[] {
    return elements.flatMap((id) => this.#drawn.get(id) ?? []).map((card) => rectOf(card, revealMargin));
  }

  #shows(cards: readonly Extent[]): boolean {
    const { x1, x2, y1, y2 } = this.extent();
    return cards.some((card) => card.x1 >= x1 && card.x2 <= x2 && card.y1 >= y1 && card.y2 <= y2);
  }

  #show(): void {
    const bounds = boundsOf(this.#drawn.values());
    if (!bounds) return;
    const cards = this.#cards(), leastPossible = this.#cy.minZoom();
    const width = this.#cy.width() - 2 * padding;
    const height = this.#cy.height() - padding - headroom;
    const fitting = Math.min(1, width / (bounds.x2 - bounds.x1), height / (bounds.y2 - bounds.y1));
    const whole = fitting >= leastWholeZoom || this.#whole || (cards.length > manyCards && fitting >= leastPossible);
    const zoom = Math.max(whole ? leastPossible : readableZoom, fitting);
    const middle = this.#cardsOf(this.#middle);
    const corner = zoom <= fitting ? { x: bounds.x1, y: bounds.y1 } : bestCorner(cards, middle, bounds, { width: width / zoom, height: height / zoom });
    const spare = { x: Math.max(0, width - (bounds.x2 - bounds.x1) * zoom), y: Math.max(0, height - (bounds.y2 - bounds.y1) * zoom) };
    this.#cy.viewport({ zoom, pan: { x: Math.round(padding + spare.x / 2 - corner.x * zoom), y: Math.round(headroom + Math.min(spare.y / 2, 40) - corner.y * zoom) } });
    const { x1, x2, y1, y2 } = this.extent();
    this.#whole ||= bounds.x1 >= x1 && bounds.x2 <= x2 && bounds.y1 >= y1 && bounds.y2 <= y2;
  }

  /**
   * Moves the view no more than it takes to have the cards inside; to their middle where there is no room for all.
   * @returns whether it had to move
   */
  #reveal(elements: readonly string[]): boolean {
    const cards = elements.map((id) => this.#cy.getElementById(id)).filter((card) => card.nonempty()).map((card): NodeSingular => card.nodes()[0]!);
    if (cards.length === 0) return false;
    const { x1, x2, y1, y2 } = this.extent(), zoom = this.#cy.zoom();
    const shift = (from: number, to: number, of: 'x' | 'y', size: 'width' | 'height'): number => {
      const low = Math.min(...cards.map((card) => card.position()[of] - Number(card.data(size)) / 2)) - revealMargin;
      const high = Math.max(...cards.map((card) => card.position()[of] + Number(card.data(size)) / 2)) + revealMargin;
      if (high - low > to - from) return (low + high) / 2 - (from + to) / 2;
      return low < from ? low - from : high > to ? high - to : 0;
    };
    const [dx, dy] = [shift(x1, x2, 'x', 'width'), shift(y1, y2, 'y', 'height')];
    if (dx === 0 && dy === 0) return false;
    this.#cy.panBy({ x: -dx * zoom, y: -dy * zoom });
    return true;
  }
}

/** What cards and boxes take up; null = there are none. By their data: asked of the canvas it would cost all their styles at once. */
function boundsOf(drawn: Iterable<Wanted>): Extent | null {
  return around([...drawn].filter(({ classes, definition }) => definition.position && /^(card|box)/.test(classes)).map((one) => rectOf(one)));
}

/** A card or box, with so much around it. */
function rectOf({ definition: { position, data } }: Wanted, margin = 0): Extent {
  const { x, y } = position ?? { x: 0, y: 0 }, [dx, dy] = [Number(data['width']) / 2 + margin, Number(data['height']) / 2 + margin];
  return { x1: x - dx, y1: y - dy, x2: x + dx, y2: y + dy };
}
