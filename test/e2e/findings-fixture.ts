/** Findings of the made-up shop: what picture and tests of the findings page are of, filtered as the API does. */
export interface FixtureFindings {
  findings(arguments_: { readonly input?: FixtureInput | null }): unknown;
  finding(arguments_: { readonly id: string; readonly window?: FixtureInput['window'] }): unknown;
  findingHistory(arguments_: { readonly window?: FixtureInput['window']; readonly finding?: string | null }): unknown;
  /** From now on it does not stand. */
  mend(id: string): void;
}

interface FixtureInput {
  readonly window?: { readonly from?: number | null; readonly to?: number | null } | null;
  readonly namespaces?: readonly string[] | null;
  readonly severities?: readonly string[] | null;
  readonly ranks?: readonly string[] | null;
  readonly codes?: readonly string[] | null;
  readonly text?: string | null;
  readonly node?: string | null;
  readonly edge?: string | null;
  readonly suppressed?: boolean | null;
  readonly first?: number | null;
  readonly offset?: number | null;
  readonly waitSeconds?: number | null;
}

interface Fault {
  readonly code: string;
  readonly kiali?: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly rank: 'breaking' | 'atRisk' | 'tidyUp';
  readonly object: string;
  readonly path: string;
  readonly title: string;
  readonly message: string;
  readonly edges: readonly string[];
  readonly stake: readonly [requests: number, errors: number];
  readonly yaml?: readonly string[];
  /** Line of `yaml` that the path names, from 0. */
  readonly at?: number;
  readonly suppressed?: boolean;
  readonly root?: string;
  readonly measured?: boolean;
}

const canary = ['spec:', '  host: payment.payments.svc.cluster.local', '  subsets:', '    - name: stable', '      labels:', '        track: stable', '    - name: canary', '      labels:', '        version: v2.14.0-rc', '      trafficPolicy:', '        connectionPool:', '          http:', '            http1MaxPendingRequests: 64'];

const faults: readonly Fault[] = [
  { code: 'destination-rule/subset-without-workloads', kiali: 'KIA0203', severity: 'error', rank: 'breaking', object: 'DestinationRule payments/payment', path: 'spec/subsets[1]/labels/version', title: 'Subset matches no workload', message: 'No workload of payment has version: v2.14.0-rc; 6 have v2.14.0', edges: ['checkout~payment'], stake: [412, 51.1], yaml: canary, at: 8, root: 'canary of payment.payments.svc.cluster.local' },
  { code: 'virtual-service/subset-not-ready', kiali: 'KIA1107', severity: 'warning', rank: 'breaking', object: 'VirtualService payments/payment', path: 'spec/http[0]/route[1]/destination/subset', title: 'Route to a subset without workloads', message: '12 % of the requests go to subset canary, which no workload belongs to', edges: ['checkout~payment'], stake: [412, 51.1], root: 'canary of payment.payments.svc.cluster.local' },
  { code: 'virtual-service/retries-without-timeout', severity: 'warning', rank: 'breaking', object: 'VirtualService shop/search', path: 'spec/http[0]/retries', title: 'Retries without a per-try timeout', message: '3 attempts share one timeout of 15 s', edges: ['web~search', 'mobile-bff~search'], stake: [360, 8.6] },
  { code: 'observed/mtls-plaintext', severity: 'warning', rank: 'atRisk', object: 'PeerAuthentication logistics/default', path: 'spec/mtls/mode', title: 'Plaintext where mutual TLS could be', message: 'Connections from partner-api to shipping are plaintext', edges: ['partner-api~shipping'], stake: [8, 0], measured: true },
  { code: 'gateway/certificate-expires', severity: 'error', rank: 'atRisk', object: 'Gateway edge/public', path: 'spec/servers[0]/tls/credentialName', title: 'Certificate ends soon', message: 'The certificate of secret web-cert ends in 6 days', edges: ['ingress-gw~web'], stake: [610, 0] },
  { code: 'authorization-policy/allows-all', severity: 'warning', rank: 'atRisk', object: 'AuthorizationPolicy identity/session', path: 'spec/rules[0]', title: 'Allows every caller', message: 'The empty rule lets everybody call session', edges: ['auth~session', 'audit~session'], stake: [520, 0] },
  { code: 'telemetry/sampling', severity: 'info', rank: 'tidyUp', object: 'Telemetry edge/default', path: 'spec/tracing[0]/randomSamplingPercentage', title: 'Sampling is raised', message: 'One in ten requests is traced', edges: [], stake: [0, 0] },
  { code: 'service-entry/host-never-seen', kiali: 'KIA1104', severity: 'info', rank: 'tidyUp', object: 'ServiceEntry payments/fx-rates', path: 'spec/hosts[0]', title: 'Host without traffic', message: 'Nobody called rates.example.com in six hours', edges: [], stake: [0, 0] },
  { code: 'service/port-name', kiali: 'KIA0601', severity: 'error', rank: 'tidyUp', object: 'Service logistics/legacy', path: 'spec/ports[0]/name', title: 'Port name without protocol', message: 'Port tcp9 does not say which protocol it speaks', edges: [], stake: [0, 0], suppressed: true },
];

/** @param now Unix seconds; @param configured whether any configuration is known */
export function fixtureFindings(now: () => number, options: { readonly configured?: boolean; readonly none?: boolean; readonly partial?: readonly string[]; /** Resolves when telemetry has been read. */ readonly read?: Promise<unknown> } = {}): FixtureFindings {
  const mended = new Map<string, number>();
  const cameAt = Math.floor(now()) - 1320;
  const configured = options.configured ?? true;
  const all = (options.none === true || !configured ? [] : faults).map((fault, i) => findingOf(fault, idOf(i), cameAt));
  const standing = (to: number): typeof all => all.filter(({ id }) => (mended.get(id) ?? Infinity) > to);
  const spellOf = ({ id, code, severity, object, path, message }: (typeof all)[number]): Spell => ({ finding: id, cameAt, wentAt: mended.get(id) ?? null, code, severity, object, path, message });
  const endOf = (window: FixtureInput['window']): number => window?.to ?? now();
  return {
    async findings({ input }) {
      const { window, namespaces, severities, ranks, codes, text, node, edge, suppressed, first, offset, waitSeconds } = input ?? {};
      const pending = options.read !== undefined && await Promise.race([options.read.then(() => false), waitSeconds === 0 ? true : new Promise<boolean>(() => undefined)]);
      const among = (values: readonly string[] | null | undefined, value: string): boolean => (values?.length ?? 0) === 0 || values!.includes(value);
      const wanted = standing(endOf(window)).filter((one) =>
        !(pending && one.evidence !== null) && among(namespaces, one.object.namespace) && among(severities, one.severity) && among(ranks, one.rank) && among(codes, one.code)
        && (node === null || node === undefined || one.edges.some((id) => id.split('~').includes(node))) && (edge === null || edge === undefined || one.edges.includes(edge))
        && [one.code, one.kiali ?? '', one.message, one.object.name, one.path].some((part) => part.toLowerCase().includes((text ?? '').toLowerCase())));
      const told = wanted.filter((one) => suppressed === true || one.suppressed === null);
      const roots = Map.groupBy(told, ({ root }) => root.key);
      const page = told.slice(offset ?? 0, (offset ?? 0) + (first ?? 50)).map((one) => ({ ...one, root: { ...one.root, findings: roots.get(one.root.key)?.length ?? 1 } }));
      const counts = Map.groupBy(told, ({ severity, code }) => `${severity} ${code}`);
      const of = (rank: string): number => told.filter((one) => one.rank === rank).length;
      return {
        window: { from: now() - 300, to: now(), step: 10, coveredSeconds: 300, settled: false }, items: page, total: told.length, truncated: (offset ?? 0) + page.length < told.length, breaking: of('breaking'), atRisk: of('atRisk'), tidyUp: of('tidyUp'), roots: roots.size,
        suppressed: wanted.filter((one) => one.suppressed !== null).length, codes: [...counts.values()].map((some) => ({ code: some[0]!.code, severity: some[0]!.severity, count: some.length })), objects: configured ? 214 : 0, configured,
        undecided: configured ? [{ code: 'observed/split', reason: 'fewer than 200 requests in 10 min', objects: 3 }] : [], pending, partial: options.partial ?? [],
      };
    },
    finding({ id, window }) {
      const found = standing(endOf(window)).find((one) => one.id === id);
      return found ? { ...found, history: [spellOf(found)] } : null;
    },
    findingHistory({ finding }) {
      return all.filter(({ id }) => finding === null || finding === undefined || id === finding).map(spellOf);
    },
    mend: (id) => void mended.set(id, Math.floor(now())),
  };
}

interface Spell { readonly finding: string; readonly cameAt: number; readonly wentAt: number | null; readonly code: string; readonly severity: string; readonly object: object; readonly path: string; readonly message: string }

function idOf(index: number): string {
  return String(index + 1).padStart(32, '0');
}

function findingOf({ stake: [requestsPerSecond, errorsPerSecond], object: text, edges, yaml, at = 0, suppressed = false, root, measured = false, kiali, ...fault }: Fault, id: string, firstSeen: number) {
  const [kind = '', name = ''] = text.split(' ');
  const [namespace = '', own = ''] = name.split('/');
  const nodes = [...new Set(edges.map((edge) => edge.split('~')[1] ?? ''))];
  return {
    ...fault, id, kiali: kiali ?? null, object: { cluster: 'prod-eu-1', group: 'networking.istio.io', kind, namespace, name: own }, edges: [...edges], nodes, totalEdges: edges.length, totalNodes: nodes.length,
    atStake: { requestsPerSecond, errorsPerSecond, flaggedPerSecond: 0, dependents: edges.length === 0 ? 0 : 5, entryPoints: edges.length === 0 ? 0 : 2 },
    root: { key: root ?? `${text} ${fault.code}`, kind: root === undefined ? 'object' : 'subset', name: root ?? text, findings: 1 },
    suppressed: suppressed ? { owner: 'team-logistics', reason: 'replaced this year', until: Date.UTC(2030, 0, 1) / 1000, by: 'file' } : null, firstSeen,
    meaning: 'Requests that are sent where nobody answers get 503 from the proxy of the caller.', remedy: 'Give the label that the workloads have, or take the weight from the route.', docs: `checks/${fault.code}.md`,
    examples: [{ title: 'Bad', text: 'spec:\n  subsets: [{ name: v9, labels: { version: v9 } }]\n', isYaml: true }, { title: 'Good', text: 'spec:\n  subsets: [{ name: v1, labels: { version: v1 } }]\n', isYaml: true }],
    excerpt: yaml ? { firstLine: 22, lines: [...yaml], from: 22 + at, to: 22 + at, truncated: false } : null,
    evidence: measured ? { text: 'of 4,800 requests in 10 min: without mutual TLS 80.0 % (78.8–81.2 %), configured 0 %', from: firstSeen, to: firstSeen + 600, sample: 4800, of: 'requests', measures: [{ name: 'without mutual TLS', unit: 'share', observed: 0.8, configured: 0, low: 0.788, high: 0.812 }], pValue: 1e-9, unseen: ['Callers without a proxy are known by their addresses only.'] } : null,
  };
}
