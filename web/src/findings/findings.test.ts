import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FindingMark, FindingRow } from '../graphql/findings.ts';
import type { Card, Line } from '../topology/graph/scene.ts';
import type { TopologyEdge } from '../topology/graph/topology.ts';
import { badgesOf, badgeText, type BadgeScene } from './badges.ts';
import { codesToAsk, facetsOf } from './facets.ts';
import { defaultFindingsView, findingsParameters, findingsViewOf } from './findings-view.ts';
import { gravest, mini, miniPicture } from './mini-graph.ts';
import { inOrder, sectionsOf, stepFrom } from './sections.ts';
import { Steady } from './steady.ts';
import { TwoSteps } from './two-steps.ts';
import { chanceText, consequence, inlineCode, intervalText, measureText, spellText } from './words.ts';
import { linesInSight, yamlLine } from './yaml-line.ts';

const finding = (id: string, rank: FindingRow['rank'], root = id): FindingRow => ({
  id, rank, code: 'virtual-service/subset-not-found', kiali: 'KIA1107', severity: 'error', object: { cluster: '', group: '', kind: 'VirtualService', namespace: 'shop', name: id }, path: '', message: '', title: '', totalEdges: 1,
  atStake: { requestsPerSecond: 1, errorsPerSecond: 0, flaggedPerSecond: 0, dependents: null, entryPoints: null }, root: { key: root, kind: 'subset', name: root, findings: 1 }, suppressed: null, firstSeen: null,
});

describe('links to findings', () => {
  it('come back as they were written', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
    const view = fc.record({
      show: fc.constantFrom('standing' as const, 'history' as const), finding: fc.constantFrom('', '040a58f86d04578027d717cebd2e8aab'), severity: fc.constantFrom('' as const, 'error' as const, 'info' as const),
      families: fc.array(name, { maxLength: 5 }), codes: fc.array(fc.tuple(name, name).map((parts) => parts.join('/')), { maxLength: 5 }), suppressed: fc.boolean(), text: fc.string({ maxLength: 200 }),
    });
    fc.assert(fc.property(view, (one) => {
      const query = new URLSearchParams(findingsParameters(one).map(([key, value]) => [key, value]));
      expect(findingsViewOf((key) => new URLSearchParams(query.toString()).get(key) ?? '')).toEqual(one);
    }));
  });

  it('that make no sense open the whole list', () => {
    expect(findingsViewOf((name) => ({ finding: '<b>', severity: 'worst', code: 'a b', suppressed: 'yes' })[name] ?? '')).toEqual(defaultFindingsView);
  });
});

describe('choices of the filters', () => {
  const facets = {
    all: { truncated: false, items: [{ code: 'gateway/port', severity: 'error' as const, object: { namespace: 'edge' } }, { code: 'observed/split', severity: 'warning' as const, object: { namespace: 'shop' } }, { code: 'gateway/host', severity: 'warning' as const, object: { namespace: '' } }] },
    scoped: { codes: [{ code: 'gateway/port', severity: 'error' as const, count: 3 }, { code: 'observed/split', severity: 'warning' as const, count: 2 }, { code: 'gateway/host', severity: 'warning' as const, count: 1 }] },
  };
  const all = { severity: '' as const, families: [], codes: [] };

  it('say what each would list beside the other filters', () => {
    const { severities, families, codes, namespaces } = facetsOf(facets, { ...all, severity: 'warning', families: ['gateway'] }, ['gone']);
    expect(severities).toEqual({ '': 4, error: 3, warning: 1, info: 0 });
    expect(families).toEqual([{ value: 'observed', count: 2 }, { value: 'gateway', count: 1 }]);
    expect(codes).toEqual([{ value: 'gateway/host', count: 1 }]);
    expect(namespaces).toEqual([{ value: 'gone', count: 0 }]);
  });

  it('do not count namespaces of which only a part is known', () => {
    expect(facetsOf({ ...facets, all: { ...facets.all, truncated: true } }, all, []).namespaces).toEqual([{ value: 'edge', count: null }, { value: 'shop', count: null }]);
  });

  it('ask for the codes of a family, and for nothing where it has none', () => {
    expect(codesToAsk(facets.scoped, { ...all, families: ['gateway'] })).toEqual(['gateway/port', 'gateway/host']);
    expect(codesToAsk(facets.scoped, { ...all, families: ['kuma'] })).toEqual(['kuma']);
    expect(codesToAsk(facets.scoped, { ...all, codes: ['a/b'], families: ['gateway'] })).toEqual(['a/b']);
    expect(codesToAsk(facets.scoped, all)).toBeNull();
  });
});

describe('the list', () => {
  const list = [finding('a', 'breaking', 'r'), finding('b', 'breaking'), finding('c', 'breaking', 'r'), finding('d', 'tidyUp', 'r')];

  it('keeps findings of one root together, at the place of the gravest', () => {
    const sections = sectionsOf(list);
    expect(sections.map(({ rank, groups }) => [rank, groups.map(({ findings }) => findings.length)])).toEqual([['breaking', [2, 1]], ['tidyUp', [1]]]);
    expect(inOrder(sections)).toEqual(['a', 'c', 'b', 'd']);
  });

  it('is walked from end to end', () => {
    expect([stepFrom(['a', 'b'], '', 1), stepFrom(['a', 'b'], 'a', 1), stepFrom(['a', 'b'], 'b', 1), stepFrom(['a', 'b'], 'a', -1), stepFrom([], 'a', 1)]).toEqual(['a', 'b', 'b', 'a', undefined]);
  });
});

describe('YAML beside a finding', () => {
  it.each([
    ['    - name: canary', '    - ', 'name', 'canary'], ['  host: "a: b"', '  ', 'host', '"a: b"'], ['labels:', '', 'labels', ''], ['  - http://a:80/x', '  - ', '', 'http://a:80/x'],
    ['"a: b": 1', '', '"a: b"', '1'], ['  # note: this', '  ', '', '# note: this'], ['', '', '', ''],
  ])('%j is split', (line, indent, key, value) => expect(yamlLine(line)).toEqual({ indent, key, value }));

  it('loses nothing of a line', () => {
    fc.assert(fc.property(fc.string(), (line) => {
      const { indent, key, value } = yamlLine(line);
      expect(line.startsWith(indent) && line.endsWith(value) && line.includes(key)).toBe(true);
      expect(line.length - indent.length - key.length - value.length).toBeLessThanOrEqual(key === '' ? 0 : 2);
    }));
  });

  it('shows the marked lines of a long object', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(299), fc.nat(5), (lines, at, more) => {
      const from = Math.min(at, lines - 1), to = Math.min(from + more, lines - 1);
      const { start, end } = linesInSight(lines, from, to, 24);
      expect([start <= from, end > to, end - start]).toEqual([true, true, Math.min(lines, 24)]);
    }));
  });
});

describe('affected edges', () => {
  const edge = (id: string, source: string, destination: string, state: TopologyEdge['state'], rps = 1): TopologyEdge => ({ id, source, destination, state, rps }) as TopologyEdge;

  it('are drawn callers left, each once on a side, gravest first', () => {
    const edges = gravest([edge('1', 'a', 'b', 'healthy', 9), edge('2', 'a', 'c', 'failing'), edge('3', 'c', 'b', 'healthy', 10)]);
    expect(edges.map(({ id }) => id)).toEqual(['2', '3', '1']);
    const { cards, lines, height } = miniPicture(edges);
    expect(cards.map(({ key }) => key)).toEqual(['from a', 'from c', 'to c', 'to b']);
    expect(lines.every(({ label }) => label.x > mini.card && label.x < mini.width - mini.card && label.y > 0 && label.y < height)).toBe(true);
    expect(miniPicture([]).height).toBe(0);
  });
});

describe('badges of the graph', () => {
  const card = (id: string, x: number): Card => ({ id, x, y: 0, width: 100, height: 28 }) as Card;
  const line = (id: string): Line => ({ id, route: { start: { x: 50, y: 0 }, end: { x: 250, y: 0 }, controls: [] } }) as unknown as Line;
  const scene: BadgeScene = { cards: [card('a', 0), card('b', 300)], lines: [line('a-b'), line('a-b2')], labels: [] };
  const mark = (id: string, severity: FindingMark['severity'], rank: FindingMark['rank'], nodes: string[], edges: string[], totalEdges = edges.length): FindingMark => ({ id, severity, rank, title: '', nodes, edges, totalEdges });
  const own = (node: string) => (node === 'hidden' ? null : { card: node, namespace: null });

  it('count what touches a card and a line, by the gravest', () => {
    const badges = badgesOf([mark('1', 'warning', 'breaking', ['b', 'hidden'], ['a-b']), mark('2', 'error', 'atRisk', ['b'], ['a-b', 'elsewhere'])], scene, own, 4);
    expect(badges.map(({ kind, id, count, severity, rank }) => ({ kind, id, count, severity, rank }))).toEqual([{ kind: 'node', id: 'b', count: 2, severity: 'error', rank: 'breaking' }, { kind: 'edge', id: 'a-b', count: 2, severity: 'error', rank: 'breaking' }]);
    expect(badgeText(badges[1]!, 'a → b')).toBe('2 findings on a → b, the gravest an error, breaking traffic now');
    expect(badgeText({ count: 1, severity: 'warning', rank: 'atRisk' }, 'a')).toBe('1 finding on a, a warning, at risk');
  });

  it('stand apart where lines share a way', () => {
    const [one, two] = badgesOf([mark('1', 'error', 'breaking', [], ['a-b', 'a-b2'])], scene, own, 4);
    expect(Math.hypot(one!.x - two!.x, one!.y - two!.y)).toBeGreaterThan(20);
  });

  it('leave out what touches half of a large mesh', () => {
    expect(badgesOf([mark('1', 'error', 'breaking', ['b'], ['a-b'], 80)], scene, own, 100)).toEqual([]);
  });

  it('gather at the card of a collapsed namespace, each finding once', () => {
    const badges = badgesOf([mark('1', 'error', 'atRisk', ['x', 'y'], [])], scene, () => ({ card: 'a', namespace: 'c/shop' }), 4);
    expect(badges).toMatchObject([{ kind: 'namespace', id: 'c/shop', count: 1 }]);
  });
});

describe('words', () => {
  it('name the gravest known consequence', () => {
    const stake = { requestsPerSecond: 9, errorsPerSecond: 2, flaggedPerSecond: 1, dependents: 3, entryPoints: 0 };
    expect(consequence({ atStake: stake, rank: 'breaking', totalEdges: 1 })).toBe('2\u202frps failing');
    expect(consequence({ atStake: { ...stake, flaggedPerSecond: 0 }, rank: 'atRisk', totalEdges: 2 })).toBe('2 edges');
    expect(consequence({ atStake: { ...stake, flaggedPerSecond: 0 }, rank: 'tidyUp', totalEdges: 0 })).toBe('no edge carries it');
  });

  it('tell code from text', () => {
    expect(inlineCode('Set `tls` or `a`.')).toEqual([{ text: 'Set ', code: false }, { text: 'tls', code: true }, { text: ' or ', code: false }, { text: 'a', code: true }, { text: '.', code: false }]);
    expect(inlineCode('a ` b')).toEqual([{ text: 'a ` b', code: false }]);
  });

  it('write numbers in their units, also of units that come later', () => {
    expect([measureText(0.38, 'share'), measureText(3, 'factor'), measureText(1, 'days'), measureText(7, 'certificates')]).toEqual(['38.0\u202f%', '×\u202f3', '1 day', '7 certificates']);
    expect(intervalText({ name: '', unit: 'share', observed: 0.38, configured: 0.1, low: 0.37, high: 0.39 })).toBe('37.0\u202f% – 39.0\u202f%');
    expect(intervalText({ name: '', unit: 'requests', observed: 1, configured: null, low: null, high: null })).toBe('');
    expect([chanceText(1e-12), chanceText(0.0004), chanceText(0.05)]).toEqual(['< 0.000001', '4.0e-4', '0.050']);
    expect([spellText({ cameAt: 100, wentAt: 160 }, 500), spellText({ cameAt: 100, wentAt: null }, 160)]).toEqual(['stood for 60\u202fs', 'stands for 60\u202fs']);
  });
});

describe('questions of a moving window', () => {
  it('wait while the same is being answered, give way to another', async () => {
    const steady = new Steady();
    const asked: string[] = [];
    const answers: (() => void)[] = [];
    const ask = (name: string, window: { from: number; to?: number }, about = 'x'): void => steady.ask({ window, about } as { window: { from: number; to?: number } }, () => new Promise((done) => { asked.push(name); answers.push(done); }));
    ask('first', { from: 0 });
    ask('later', { from: 20 });
    ask('another', { from: 20 }, 'y');
    ask('fixed', { from: 20, to: 30 }, 'y');
    ask('fixed later', { from: 30, to: 40 }, 'y');
    expect(asked).toEqual(['first', 'another', 'fixed', 'fixed later']);
    for (const answer of answers) answer();
    await new Promise((done) => setTimeout(done));
    ask('live again', { from: 40 }, 'y');
    expect(asked.at(-1)).toBe('live again');
  });
});

describe('an answer in two steps', () => {
  interface Answer { readonly pending: boolean; readonly text: string }
  function steps(): { readonly steps: TwoSteps<Answer>; readonly shown: string[] } {
    const shown: string[] = [];
    const two = new TwoSteps<Answer>({
      load: async (_key, ask) => { shown.push((await ask(new AbortController().signal)).text); },
      fill: ({ text }) => void shown.push(text),
    });
    return { steps: two, shown };
  }
  const answers = (...texts: readonly string[]) => { let n = 0; return (): Promise<Answer> => { const text = texts[n++]!; return Promise.resolve({ text, pending: text.endsWith('…') }); }; };

  it('shows what is there at once, then all of it', async () => {
    const { steps: two, shown } = steps(), waits: number[] = [], ask = answers('static…', 'all');
    await two.load('k', 'a', (wait) => { waits.push(wait); return ask(); });
    expect([shown, waits[0], waits[1]! > 0]).toEqual([['static…', 'all'], 0, true]);
  });

  it('asks once where all is there, and takes nothing back of the same question', async () => {
    const { steps: two, shown } = steps();
    await two.load('k', 'a', answers('all'));
    await two.load('k', 'a', answers('less…', 'more'));
    await two.load('k', 'b', answers('other…', 'other'));
    expect(shown).toEqual(['all', 'more', 'other…', 'other']);
  });

  it('that stays a part is followed by what is there then', async () => {
    const { steps: two, shown } = steps();
    await two.load('k', 'a', answers('1…', '2…'));
    await two.load('k', 'a', answers('3…', 'all'));
    expect(shown).toEqual(['1…', '2…', '3…', 'all']);
  });
});
