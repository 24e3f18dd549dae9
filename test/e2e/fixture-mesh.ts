/**
 * A made-up shop for pictures and browser tests of the console alone: 41 services in 8 namespaces, one failing edge,
 * a slow search, a plaintext edge, an idle service and one without measured outcomes.
 */

export interface FixtureNode {
  readonly namespace: string;
  readonly name: string;
  readonly kind: string;
  readonly health: string;
  readonly reason: string;
  readonly idle: boolean;
}

export interface FixtureEdge {
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly rps: number | null;
  readonly errorRatio: number | null;
  readonly p99Ms: number | null;
  readonly mtls: number | null;
  readonly health: string;
  readonly reason: string;
  readonly idle: boolean;
}

export interface FixtureMesh {
  readonly nodes: readonly FixtureNode[];
  readonly edges: readonly FixtureEdge[];
  /** What answers about it lack. */
  readonly partial?: readonly string[];
}

const namespaces: Readonly<Record<string, string>> = {
  edge: 'ingress-gw:gateway partner-gw:gateway',
  storefront: 'web mobile-bff graphql admin partner-api',
  shop: 'search recommend reviews checkout orders catalog pricing cart inventory promo',
  identity: 'auth profile session consent',
  payments: 'payment wallet refund fraud ledger card-vault fx-rates',
  logistics: 'shipping tracking carrier address warehouse',
  platform: 'notify audit flags email sms',
  data: 'redis-cart:database pg-orders:database pg-ledger:database',
  '': 'acquirer:external carrier-api:external mail-relay:external',
};

const troubled: Readonly<Record<string, readonly [health: string, reason: string]>> = {
  payment: ['Failure', '12.4 % 5xx'], checkout: ['Failure', '9.1 % 5xx'], 'ingress-gw': ['Degraded', '2.4 % 5xx'],
  web: ['Degraded', '2.4 % 5xx'], 'mobile-bff': ['Degraded', '2.4 % 5xx'], graphql: ['Degraded', '2.5 % 5xx'],
  search: ['Degraded', '0.8 % 5xx'], carrier: ['Degraded', '3.1 % 5xx outbound'], 'fx-rates': ['NA', ''],
};

const idleNodes: ReadonlySet<string> = new Set(['admin', 'sms']);

/** source destination requests/s, then marks: `!` failing, `~` degraded, `?` unknown, `.` idle, `p` plaintext, `t` tcp. */
const calls = `
ingress-gw web 610 ~|ingress-gw mobile-bff 480 ~|ingress-gw graphql 390 ~|ingress-gw admin 0 .|partner-gw partner-api 40
web search 210 ~|web recommend 180|web checkout 190 !|web reviews 90|mobile-bff search 150 ~|mobile-bff checkout 160 !|mobile-bff recommend 120|mobile-bff reviews 55
graphql checkout 120 !|graphql orders 44|graphql auth 300|graphql profile 90|admin orders 0 .|partner-api orders 25|partner-api shipping 8 p|web auth 420
search catalog 330|recommend catalog 260|recommend pricing 100|reviews catalog 60|checkout orders 220|checkout cart 400|checkout payment 412 !|checkout pricing 410|checkout catalog 30
orders inventory 210|orders promo 60|orders notify 120|orders shipping 110|orders refund 4|orders pg-orders 600 t|orders wallet 35|orders audit 50|orders flags 12|cart redis-cart 900 t
auth session 600|profile consent 70|session audit 20
payment fraud 360|payment ledger 355|payment card-vault 360|payment fx-rates 12 ?|wallet fraud 30|wallet ledger 28|refund ledger 4|refund card-vault 4|ledger pg-ledger 700 t|card-vault acquirer 350
shipping carrier 90 ~|shipping address 100|shipping warehouse 80|tracking carrier 20 ~|carrier carrier-api 95 ~
notify email 110|notify sms 0 .|email mail-relay 100`;

export function shopMesh(): FixtureMesh {
  const nodes = Object.entries(namespaces).flatMap(([namespace, list]) => list.split(' ').map((text): FixtureNode => {
    const [name = '', kind = 'workload'] = text.split(':');
    const [health, reason] = troubled[name] ?? ['Healthy', ''];
    const idle = idleNodes.has(name);
    return { namespace, name, kind, health: idle ? 'NA' : health, reason, idle };
  }));
  const edges = calls.trim().split(/[|\n]/).map((line): FixtureEdge => {
    const [source = '', destination = '', rate = '0', ...marks] = line.split(' ');
    const has = (mark: string): boolean => marks.includes(mark);
    const rps = Number(rate);
    const [health, reason, errorRatio] = has('!') ? ['Failure', '12.4 % 5xx', 0.124] : has('~') ? ['Degraded', '2.4 % 5xx', 0.024] : has('?') || has('.') ? ['NA', '', null] : ['Healthy', '', 0];
    return {
      source, destination, health: String(health), reason: String(reason), idle: has('.'),
      protocol: has('t') ? 'tcp' : 'http',
      rps: has('t') || has('.') ? null : rps,
      errorRatio: has('t') ? null : (errorRatio as number | null),
      p99Ms: has('t') || has('.') ? null : 12 + ((source.length * 37 + destination.length * 91) % 280),
      mtls: has('.') ? null : has('p') ? 0.2 : 1,
    };
  });
  return { nodes, edges };
}

/** Many services in many namespaces: what the console collapses. Same numbers for the same size. */
export function largeMesh(namespaceCount: number, perNamespace: number): FixtureMesh {
  let seed = 7;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  const nodes: FixtureNode[] = [];
  const edges: FixtureEdge[] = [];
  /** Namespaces call those of the next tier. */
  const tierSize = Math.max(1, Math.round(namespaceCount / 6));
  const nameOf = (ns: number, i: number): string => `ns${ns}-svc${i}`;
  for (let ns = 0; ns < namespaceCount; ns++) {
    for (let i = 0; i < perNamespace; i++) {
      const bad = random() < 0.01;
      nodes.push({ namespace: `team-${String(ns).padStart(2, '0')}`, name: nameOf(ns, i), kind: 'workload', health: bad ? 'Failure' : 'Healthy', reason: bad ? '14.2 % 5xx' : '', idle: false });
      for (let k = 0; k < 3; k++) {
        const near = random() < 0.75;
        const tier = Math.floor(ns / tierSize);
        const target = near ? ns : Math.min(namespaceCount - 1, (tier + 1) * tierSize + Math.floor(random() * tierSize));
        const j = near ? i + 1 + Math.floor(random() * 5) : Math.floor(random() * perNamespace);
        if (j >= perNamespace || (target === ns && j === i)) continue;
        edges.push({ source: nameOf(ns, i), destination: nameOf(target, j), protocol: 'http', rps: Math.round(random() * 400), errorRatio: 0, p99Ms: 20 + random() * 100, mtls: 1, health: 'Healthy', reason: '', idle: false });
      }
    }
  }
  const seen = new Set<string>();
  return { nodes, edges: edges.filter((edge) => !seen.has(`${edge.source} ${edge.destination}`) && seen.add(`${edge.source} ${edge.destination}`)) };
}
