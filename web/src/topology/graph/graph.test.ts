import { describe, expect, it } from 'vitest';
import { evaluate } from '../find/evaluate.ts';
import { parseFind } from '../find/parse.ts';
import { place } from '../layout/place.ts';
import { edge, graphOf, node } from '../testing/rows.ts';
import { boxName, collapseAbove, drawingOf, namespaceId, worstBoxes, type Drawing } from './collapse.ts';
import { countStates, filterTopology } from './filter.ts';
import { encodeLatency } from '../mode/encode.ts';
import type { Measure } from './edge-labels.ts';
import { layoutEdges, layoutNodes, lineWidth, sceneOf, securityOf, sizesOf, summaryOf } from './scene.ts';
import { walk } from './walk.ts';

const measure: Measure = (text) => text.length * 7;

describe('filterTopology', () => {
  const graph = graphOf([node('a'), node('b', { state: 'failing' }), node('c')], [edge('a', 'b', { state: 'failing' }), edge('b', 'c')]);

  it('removes what is hidden, with the edges of hidden nodes', () => {
    const { nodes, edges } = filterTopology(graph, evaluate(parseFind('name = a')!, graph), []);
    expect([nodes.map((one) => one.id), edges.map((one) => one.id)]).toEqual([['b', 'c'], ['b>c']]);
  });

  it('keeps edges of the chosen states and both of their ends', () => {
    const { nodes, edges } = filterTopology(graph, null, ['failing']);
    expect([nodes.map((one) => one.id), edges.map((one) => one.id)]).toEqual([['a', 'b'], ['a>b']]);
  });

  it('counts states', () => expect(countStates(graph.nodes.values())).toMatchObject({ failing: 1, degraded: 0, healthy: 2, idle: 0, same: 0 }));
});

describe('drawingOf', () => {
  const many = (namespaces: number, each: number): ReturnType<typeof graphOf> => graphOf(
    Array.from({ length: namespaces * each }, (_, i) => node(`s${i}`, { namespace: `ns${i % namespaces}`, state: i === 3 ? 'failing' : 'healthy' })),
    Array.from({ length: namespaces * each - 1 }, (_, i) => edge(`s${i}`, `s${i + 1}`, { rps: 1, state: i === 3 ? 'failing' : 'healthy' })),
  );
  const shown = (graph: ReturnType<typeof graphOf>): Parameters<typeof drawingOf>[0] => ({ nodes: [...graph.nodes.values()], edges: [...graph.edges.values()] });

  it('draws everything up to the limit', () => {
    const drawing = drawingOf(shown(many(2, collapseAbove / 2)), []);
    expect([drawing.collapsed, drawing.nodes.length]).toEqual([false, collapseAbove]);
  });

  it('sums edges between collapsed namespaces, the worst state wins', () => {
    const drawing = drawingOf(shown(many(4, 50)), []);
    expect(drawing.namespaces.map((card) => [card.name, card.services, card.state])).toEqual([['ns0', 50, 'healthy'], ['ns1', 50, 'healthy'], ['ns2', 50, 'healthy'], ['ns3', 50, 'failing']]);
    const sum = drawing.edges.find((one) => one.source === namespaceId('c1/ns3'));
    expect([sum?.rps, sum?.state, sum?.edge]).toEqual([49, 'failing', null]);
    expect(drawing.edges).toHaveLength(4);
    expect(drawing.edges.reduce((all, one) => all + one.members.length, 0)).toBe(199);
  });

  it.each([['secured', [1, 1]], ['plaintext', [1, 0.4]], ['plaintext', [null, 0]], ['unknown', [1, null]], ['unknown', [null]]] as const)('says %s of edges with mutual TLS of %j', (security, shares) => {
    expect(securityOf({ members: shares.map((mtlsShare, i) => edge('a', String(i), { mtlsShare })) })).toBe(security);
  });

  it('opens a namespace and joins its services to the cards of others', () => {
    const drawing = drawingOf(shown(many(4, 50)), ['c1/ns0']);
    expect([drawing.nodes.length, drawing.namespaces.length]).toEqual([50, 3]);
    expect(drawing.edges.filter((one) => one.source === 's0').map((one) => one.destination)).toEqual([namespaceId('c1/ns1')]);
  });

  it('says what it leaves out, and leaves out nothing unhealthy', () => {
    const graph = many(1, 1200);
    const drawing = drawingOf(shown(graph), ['c1/ns0']);
    expect(drawing.nodes).toHaveLength(1000);
    expect(drawing.nodes.some((one) => one.state === 'failing')).toBe(true);
    expect(drawing.notice).toContain('1000 of 1200 opened services are drawn');
  });

  it('keeps the lines that it drew while traffic wavers, and takes others when they are twice as busy', () => {
    const names = Array.from({ length: 200 }, (_, i) => node(`s${i}`, { namespace: `ns${i}` }));
    const calls = (rpsOf: (i: number) => number): Parameters<typeof drawingOf>[0] => shown(graphOf(names, names.slice(1).map((one, i) => edge('s0', one.id, { rps: rpsOf(i) }))));
    const first = drawingOf(calls((i) => 100 + i), []);
    const ids = (drawing: Drawing): string[] => drawing.edges.map((one) => one.id);
    expect(first.edges).toHaveLength(160);
    expect(ids(drawingOf(calls((i) => 200 - 0.4 * i), [], first))).toEqual(ids(first));
    expect(ids(drawingOf(calls((i) => 200 - 0.4 * i), []))).not.toEqual(ids(first));
    expect(ids(drawingOf(calls((i) => (i === 0 ? 1000 : 100 + i)), [], first))).toContain('sum namespace c1/ns0 namespace c1/ns1');
  });

  it('names boxes without their cluster', () => expect(boxName('prod/eu/shop')).toBe('eu/shop'));
});

describe('worstBoxes', () => {
  const services = (namespace: string, count: number, state: 'failing' | 'degraded' | 'healthy'): ReturnType<typeof node>[] =>
    Array.from({ length: count }, (_, i) => node(`${namespace}-${i}`, { namespace, state: i === 0 ? state : 'healthy' }));

  it('opens the worst first, and no more services than can be read', () => {
    const nodes = [...services('a', 60, 'degraded'), ...services('b', 60, 'failing'), ...services('c', 10, 'healthy'), ...services('d', 40, 'degraded'), ...services('e', 80, 'degraded')];
    const { keys, of } = worstBoxes(nodes);
    expect([keys.map(boxName), of]).toEqual([['b', 'a'], 4]);
  });

  it('passes over one that does not fit, and opens one of any size', () => {
    expect(worstBoxes([...services('a', 40, 'failing'), ...services('b', 140, 'degraded'), ...services('c', 40, 'degraded')]).keys.map(boxName)).toEqual(['a', 'c']);
    expect(worstBoxes(services('huge', collapseAbove + 1, 'failing')).keys.map(boxName)).toEqual(['huge']);
    expect(worstBoxes([node('x', { namespace: '', state: 'failing' })])).toEqual({ keys: [], of: 0 });
  });
});

describe('sceneOf', () => {
  const graph = graphOf(
    [node('checkout', { state: 'failing', reason: '9.1 % 5xx', rps: 410, p99Ms: 120 }), node('a-recommendation-service-with-a-long-name'), node('pg', { kind: 'database', namespace: '' })],
    [edge('checkout', 'a-recommendation-service-with-a-long-name', { state: 'failing', reason: '12.4 % 5xx', rps: 999 }), edge('checkout', 'pg', { mtlsShare: 0, rps: null })],
  );
  const drawing = drawingOf({ nodes: [...graph.nodes.values()], edges: [...graph.edges.values()] }, []);
  const { arrangement: { cardWidth }, picture } = place({ nodes: layoutNodes(drawing), edges: layoutEdges(drawing), sizes: sizesOf(drawing, measure), kept: null });
  const scene = (options: Partial<Parameters<typeof sceneOf>[4]> = {}): ReturnType<typeof sceneOf> => sceneOf(drawing, picture, cardWidth, measure, { mode: 'health', encoding: null, plaintext: true, selectedEdge: null, ...options });

  it('adds the number to unhealthy cards only, and cuts long names in the middle', () => {
    expect(scene().cards.map((card) => [card.lines, card.height, card.shape])).toEqual([
      [['checkout', '9.1 % 5xx'], 36, 'service'], [['a-recomm…ong-name'], 28, 'service'], [['pg'], 28, 'datastore'],
    ]);
  });

  it('shows rates and latency in their modes', () => {
    expect(scene({ mode: 'traffic' }).cards[0]!.lines[1]).toMatch(/^410.rps$/);
    expect(scene({ mode: 'latency', encoding: encodeLatency(graph) }).cards[0]!.lines[1]).toMatch(/^p99 120.ms$/);
  });

  it('labels exceptions, the selected edge, and nothing else', () => {
    expect(scene().labels.map((label) => label.text)).toEqual(['plaintext']);
    expect(scene({ mode: 'latency' }).labels.every((label) => label.text !== '')).toBe(true);
    expect(scene({ plaintext: false }).labels).toEqual([]);
    expect(scene({ plaintext: false, selectedEdge: graph.edges.keys().next().value! }).labels.length).toBeLessThanOrEqual(1);
  });

  it('writes on lines between namespaces what their edges come to, and the worst of them', () => {
    const [nodes, edges] = [Array.from({ length: 160 }, (_, i) => node(`s${i}`, { namespace: i < 80 ? 'shop' : 'pay' })), Array.from({ length: 80 }, (_, i) => edge(`s${i}`, `s${i + 80}`, { p99Ms: i }))];
    const all = drawingOf({ nodes, edges }, []);
    const at = place({ nodes: layoutNodes(all), edges: layoutEdges(all), sizes: sizesOf(all, () => 10), kept: null });
    const label = (mode: 'traffic' | 'latency'): string[] => sceneOf(all, at.picture, at.arrangement.cardWidth, () => 10, { mode, encoding: null, plaintext: true, selectedEdge: null }).labels.map(({ text }) => text.replace('\u202f', ' '));
    expect([label('traffic'), label('latency')]).toEqual([['800 rps'], ['up to 79 ms']]);
  });

  it('never moves a card when numbers change', () => {
    const busier = { ...drawing, nodes: drawing.nodes.map((one) => ({ ...one, rps: 9e6, state: 'degraded' as const, reason: '3 % 5xx' })) };
    const other = sceneOf(busier, picture, cardWidth, measure, { mode: 'health', encoding: null, plaintext: true, selectedEdge: null });
    expect(other.cards.map(({ x, y }) => ({ x, y }))).toEqual(scene().cards.map(({ x, y }) => ({ x, y })));
  });

  it('widens lines by the logarithm of requests per second', () => {
    const widthAt = (rps: number, state: 'healthy' | 'failing' = 'healthy'): number => lineWidth({ state, rps, edge: null, members: [] }, 'health');
    expect([widthAt(0), widthAt(9), widthAt(99), widthAt(1e9), widthAt(9, 'failing')]).toEqual([1, 1.75, 2.25, 4, 3]);
  });

  it('says in a sentence what is drawn', () => expect(summaryOf(drawing.nodes, [...graph.edges.values()], false)).toBe('Service graph: 3 services, 2 edges, 1 failing, 0 degraded, 1 in plaintext.'));
});

describe('walk', () => {
  const positions = new Map([['a', { x: 0, y: 0 }], ['b', { x: 136, y: 0 }], ['c', { x: 136, y: 48 }], ['far', { x: 272, y: 48 }]]);
  const edges = [{ source: 'a', destination: 'c' }, { source: 'c', destination: 'far' }];
  it.each([['a', 'right', 'c'], ['c', 'left', 'a'], ['b', 'down', 'c'], ['c', 'up', 'b'], ['b', 'right', 'far'], ['a', 'left', null], [null, 'right', 'a'], ['gone', 'up', 'a']] as const)('from %s to the %s: %s', (from, direction, to) => expect(walk({ positions, edges }, from, direction)).toBe(to));
});
