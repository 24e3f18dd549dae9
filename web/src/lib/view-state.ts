import { defaultFindingsView, findingsParameters, findingsViewOf, type FindingsView } from '../findings/findings-view.ts';
import { GraphType, states, type State } from '../topology/graph/topology.ts';

/** Everything that a link to the console says. Theme and layout are the reader's own and stay out. */
export interface ViewState {
  readonly page: Page;
  readonly type: GraphType;
  /** [] = all. */
  readonly namespaces: readonly string[];
  readonly window: TimeSpan;
  readonly mode: Mode;
  readonly view: 'graph' | 'table';
  readonly selection: Selection | null;
  readonly find: string;
  readonly hide: string;
  /** Nodes and edges without traffic in the window too. */
  readonly idleNodes: boolean;
  readonly idleEdges: boolean;
  /** Mark plaintext edges. */
  readonly plaintext: boolean;
  /** States of edges shown, of health or of change; [] = all. */
  readonly states: readonly State[];
  /** Namespaces opened in a collapsed graph. */
  readonly expanded: readonly string[];
  readonly options: GraphOptions;
  /** The window that the shown one is compared with. */
  readonly compare: Range | null;
  readonly findings: FindingsView;
}

/** A fixed window, Unix seconds. */
export interface Range { readonly from: number; readonly to: number }

/** What the graph is asked for beyond its type; names and values of the schema's `GraphInput`. '' = as the server does without. */
export interface GraphOptions {
  readonly injectServices: boolean;
  readonly operations: boolean;
  readonly http: (typeof trafficChoices.http)[number] | '';
  readonly grpc: (typeof trafficChoices.grpc)[number] | '';
  readonly tcp: (typeof trafficChoices.tcp)[number] | '';
  readonly ambient: (typeof trafficChoices.ambient)[number] | '';
  readonly waypoints: 'collapse' | 'show';
  /** Id of the node whose surroundings alone are asked for; '' = the whole graph. */
  readonly node: string;
  /** Hops around it, 1 to 10. */
  readonly depth: number;
}

/** Traffic selectors by protocol. */
export const trafficChoices = {
  http: ['none', 'requests'],
  grpc: ['none', 'requests', 'sent', 'received', 'total'],
  tcp: ['none', 'sent', 'received', 'total'],
  ambient: ['none', 'waypoint', 'ztunnel', 'total'],
} as const;

export const deepest = 10;

export const pages = ['topology', 'findings', 'sources'] as const;
export type Page = (typeof pages)[number];

export const modes = ['health', 'traffic', 'latency', 'mtls', 'blast', 'cost'] as const;
export type Mode = (typeof modes)[number];

export interface Selection {
  readonly kind: 'node' | 'edge' | 'namespace';
  /** Of a namespace: its box key, `cluster/name`. */
  readonly id: string;
}

/** Live windows end now; others are fixed. Unix seconds. */
export type TimeSpan = { readonly kind: 'last'; readonly seconds: number } | ({ readonly kind: 'range' } & Range);

export const defaultOptions: GraphOptions = { injectServices: false, operations: false, http: '', grpc: '', tcp: '', ambient: '', waypoints: 'collapse', node: '', depth: 1 };

export const defaultView: ViewState = {
  page: 'topology', type: GraphType.workload, namespaces: [], window: { kind: 'last', seconds: 300 }, mode: 'health', view: 'graph',
  selection: null, find: '', hide: '', idleNodes: false, idleEdges: false, plaintext: true, states: [], expanded: [], options: defaultOptions, compare: null, findings: defaultFindingsView,
};

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const longestText = 1_000;

/** `300` → `5m`. */
export function spanText(seconds: number): string {
  for (const unit of ['d', 'h', 'm']) if (seconds % units[unit]! === 0) return `${seconds / units[unit]!}${unit}`;
  return `${seconds}s`;
}

/** Path and query of a state; what equals the default is left out, so links stay short. */
export function encodeView(view: ViewState): string {
  const query = new URLSearchParams();
  const put = (name: string, value: string, standard: string): void => {
    if (value !== standard) query.set(name, value);
  };
  put('type', view.type, defaultView.type);
  put('ns', list(view.namespaces), '');
  if (view.window.kind === 'range') {
    query.set('from', String(view.window.from));
    query.set('to', String(view.window.to));
  } else put('last', spanText(view.window.seconds), '5m');
  put('mode', view.mode, defaultView.mode);
  put('view', view.view, defaultView.view);
  if (view.selection) query.set(view.selection.kind, view.selection.id);
  put('find', view.find, '');
  put('hide', view.hide, '');
  put('idle', view.idleNodes ? (view.idleEdges ? '1' : 'nodes') : view.idleEdges ? 'edges' : '', '');
  put('plaintext', view.plaintext ? '' : '0', '');
  put('health', view.states.join(','), '');
  put('open', list(view.expanded), '');
  const { options } = view;
  put('inject', options.injectServices ? '1' : '', '');
  put('operations', options.operations ? '1' : '', '');
  for (const name of ['http', 'grpc', 'tcp', 'ambient'] as const) put(name, options[name], '');
  put('waypoints', options.waypoints, 'collapse');
  put('center', options.node, '');
  put('depth', String(options.depth), '1');
  put('with', view.compare ? `${view.compare.from}-${view.compare.to}` : '', '');
  for (const [name, value] of findingsParameters(view.findings)) query.set(name, value);
  const text = query.toString();
  return `/${view.page}${text === '' ? '' : `?${text}`}`;
}

/** The state of a location. What is missing or makes no sense becomes the default: an old link still opens. */
export function decodeView(path: string, search: string): ViewState {
  const query = new URLSearchParams(search);
  const get = (name: string): string => (query.get(name) ?? '').slice(0, longestText);
  return {
    page: oneOf(pages, path.replace(/^\/|\/$/g, '')) ?? defaultView.page,
    type: oneOf(Object.values(GraphType), get('type')) ?? defaultView.type,
    namespaces: unlist(get('ns')),
    window: windowOf(get('from'), get('to'), get('last')),
    mode: oneOf(modes, get('mode')) ?? defaultView.mode,
    view: oneOf(['graph', 'table'] as const, get('view')) ?? defaultView.view,
    selection: (['edge', 'node', 'namespace'] as const).filter((kind) => get(kind) !== '').map((kind) => ({ kind, id: get(kind) }))[0] ?? null,
    find: get('find'),
    hide: get('hide'),
    idleNodes: get('idle') === '1' || get('idle') === 'nodes',
    idleEdges: get('idle') === '1' || get('idle') === 'edges',
    plaintext: get('plaintext') !== '0',
    states: states.filter((state) => get('health').split(',').includes(state)),
    expanded: unlist(get('open')),
    options: {
      injectServices: get('inject') === '1',
      operations: get('operations') === '1',
      http: oneOf(trafficChoices.http, get('http')) ?? '',
      grpc: oneOf(trafficChoices.grpc, get('grpc')) ?? '',
      tcp: oneOf(trafficChoices.tcp, get('tcp')) ?? '',
      ambient: oneOf(trafficChoices.ambient, get('ambient')) ?? '',
      waypoints: get('waypoints') === 'show' ? 'show' : 'collapse',
      node: get('center'),
      depth: /^([1-9]|10)$/.test(get('depth')) ? Number(get('depth')) : 1,
    },
    compare: rangeOf(get('with')),
    findings: findingsViewOf(get),
  };
}

function oneOf<T extends string>(values: readonly T[], text: string): T | undefined {
  return values.find((value) => value === text);
}

function rangeOf(text: string): Range | null {
  const match = /^(\d{1,11})-(\d{1,11})$/.exec(text);
  return match && Number(match[1]) < Number(match[2]) ? { from: Number(match[1]), to: Number(match[2]) } : null;
}

function windowOf(from: string, to: string, last: string): TimeSpan {
  const [a, b] = [Number(from), Number(to)];
  if (from !== '' && to !== '' && Number.isFinite(a) && Number.isFinite(b) && a >= 0 && a < b) return { kind: 'range', from: a, to: b };
  const match = /^([1-9]\d{0,5})([smhd])$/.exec(last);
  return match ? { kind: 'last', seconds: Number(match[1]) * units[match[2]!]! } : defaultView.window;
}

/** Names joined by commas; commas and percent signs inside names are escaped once more. */
function list(names: readonly string[]): string {
  return names.map((name) => name.replace(/[%,]/g, encodeURIComponent)).join(',');
}

function unlist(text: string): string[] {
  return text.split(',').filter((name) => name !== '').map((name) => {
    try {
      return decodeURIComponent(name);
    } catch {
      return name;
    }
  });
}
