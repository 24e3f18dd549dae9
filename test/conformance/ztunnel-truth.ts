/** The part of a recorded run's `truth.json` that says what the traffic driver did; its `series` are not read. */
export interface Truth {
  readonly ztunnel: { readonly describe: string };
  readonly times: Readonly<Record<'snapshot0' | 'snapshot1' | 'snapshot2', string>>;
  readonly workloads: readonly { readonly pod: string; readonly workload: string; readonly namespace: string; readonly ip: string; readonly on_mesh: boolean }[];
  readonly services: readonly { readonly hostname: string; readonly backends: readonly string[]; readonly waypoint: string | null }[];
  readonly paths: readonly Path[];
  readonly held_connections: readonly HeldConnection[];
}

interface Path {
  readonly id: string;
  readonly source: { readonly workload: string | null; readonly namespace?: string; readonly on_mesh: boolean };
  readonly target: string;
  readonly service: string | null;
  readonly outcome: 'completed' | 'failed';
  readonly batches: Readonly<Record<'1' | '2', Batch>>;
  /** Which ztunnels tell of it at all, and how. */
  readonly reporters: readonly Reporter[];
}

interface Reporter {
  readonly reporter: 'source' | 'destination';
  readonly destination_workload: string;
  readonly connection_security_policy: string;
  readonly response_flags_of_closed: string;
}

interface Batch {
  readonly attempted: number;
  readonly completed: number;
  readonly client_sent: number;
  readonly client_received: number;
  readonly by_backend?: Readonly<Record<string, { readonly connections: number; readonly client_sent: number; readonly client_received: number }>>;
}

interface HeldConnection {
  readonly source: string;
  readonly target: string;
  readonly what: string;
  readonly client_sent: Readonly<Record<'batch1' | 'batch2', number>>;
  readonly client_received: Readonly<Record<'batch1' | 'batch2', number>>;
}

/** Two snapshots, and the batches of traffic between them. */
export const intervals = [
  { from: 0, to: 1, batches: [1] },
  { from: 1, to: 2, batches: [2] },
  { from: 0, to: 2, batches: [1, 2] },
] as const;
export type Interval = (typeof intervals)[number];

/** What was really done between two workloads, `''` being an address that the mesh does not know. */
export interface TrueEdge {
  readonly source: string;
  readonly destination: string;
  opened: number;
  failed: number;
  /** False where this release flags no failure to anybody: then a count of failures cannot be known. */
  failuresTold: boolean;
  bytesSent: number;
  bytesReceived: number;
  secured: number;
  /** Held open at the end of the interval, or at its beginning. */
  open: number;
  /** Services that clients addressed. */
  readonly services: Set<string>;
}

/**
 * The edges that the driver's traffic made in an interval, by `<source> → <destination>`.
 * Paths without a reporter (no healthy endpoint, port not defined) leave only a line in ztunnel's log: no edge, no count.
 */
export function trueEdges(truth: Truth, interval: Interval): Map<string, TrueEdge> {
  const edges = new Map<string, TrueEdge>();
  const edge = (source: string, destination: string): TrueEdge => {
    const key = `${source} → ${destination}`;
    let found = edges.get(key);
    if (!found) edges.set(key, found = { source, destination, opened: 0, failed: 0, failuresTold: !flagsOnlyTunnels(truth), bytesSent: 0, bytesReceived: 0, secured: 0, open: 0, services: new Set() });
    return found;
  };
  for (const path of truth.paths) {
    if (path.reporters.length > 0) for (const batch of interval.batches) addPath(truth, path, path.batches[`${batch}`], edge);
  }
  for (const held of truth.held_connections) addHeld(truth, held, interval, edge);
  return edges;
}

function addPath(truth: Truth, path: Path, batch: Batch, edge: (source: string, destination: string) => TrueEdge): void {
  const source = path.source.workload ?? '';
  for (const { to, connections, sent, received } of hops(truth, path, batch)) {
    const [from, destination] = to.length === 2 ? to : [source, to[0] ?? ''];
    const one = edge(from ?? '', destination ?? '');
    one.opened += connections;
    if (path.outcome === 'failed') {
      // What the client wrote into a connection that failed reached nobody.
      one.failed += connections;
    } else {
      one.bytesSent += sent;
      one.bytesReceived += received;
    }
    const fromMesh = path.source.on_mesh, toMesh = truth.workloads.some(({ workload, on_mesh: onMesh }) => workload === destination && onMesh);
    if (fromMesh && toMesh) one.secured += connections;
    if (path.reporters.some((reporter) => reporter.destination_workload === destination && flagsFailures(reporter))) one.failuresTold = true;
    if (path.service !== null) one.services.add(path.service);
  }
}

/** Up to 1.28 failures are flagged by the destination alone, and there for sure only inside a tunnel. */
function flagsOnlyTunnels(truth: Truth): boolean {
  return truth.ztunnel.describe.startsWith('1.28.');
}

function flagsFailures(reporter: Reporter): boolean {
  return reporter.response_flags_of_closed !== '-' || (reporter.reporter === 'destination' && reporter.connection_security_policy === 'mutual_tls');
}

interface Hop { readonly to: readonly string[]; readonly connections: number; readonly sent: number; readonly received: number }

/** Where the connections of a path went: its backends; both legs of a way through a waypoint or a failed one through a gateway. */
function hops(truth: Truth, path: Path, batch: Batch): Hop[] {
  const whole = { connections: batch.attempted, sent: batch.client_sent, received: batch.client_received };
  if (batch.by_backend) {
    return Object.entries(batch.by_backend).map(([pod, part]) => ({ to: [workloadOf(truth, pod)], connections: part.connections, sent: part.client_sent, received: part.client_received }));
  }
  const service = truth.services.find(({ hostname }) => hostname === path.service);
  const backend = service?.backends[0];
  const destination = backend === undefined ? workloadAt(truth, path.target) : workloadOf(truth, backend);
  const waypoint = service?.waypoint?.split('/')[1]?.split('.')[0];
  if (waypoint !== undefined) return [{ to: [waypoint], ...whole }, { to: [waypoint, destination], ...whole }];
  // Across networks a failure is blamed on the gateway by the source; the connection did go there first.
  const gateway = path.reporters.find(({ destination_workload: reported }) => reported !== destination && reported !== 'unknown');
  return [{ to: [destination], ...whole }, ...gateway ? [{ to: [gateway.destination_workload], ...whole }] : []];
}

function addHeld(truth: Truth, held: HeldConnection, { from, batches, to }: Interval, edge: (source: string, destination: string) => TrueEdge): void {
  const one = edge(held.source, workloadAt(truth, held.target));
  const closesBeforeTwo = held.what.includes('closed before snapshot 2');
  for (const batch of batches) {
    if (batch === 1) {
      one.opened++;
      one.secured++;
    }
    one.bytesSent += held.client_sent[`batch${batch}`];
    one.bytesReceived += held.client_received[`batch${batch}`];
  }
  if (from === 1 || to === 1 || !closesBeforeTwo) one.open++;
}

function workloadOf(truth: Truth, pod: string): string {
  return truth.workloads.find((one) => one.pod === pod)?.workload ?? '';
}

function workloadAt(truth: Truth, target: string): string {
  const ip = target.slice(0, target.lastIndexOf(':'));
  return truth.workloads.find((one) => one.ip === ip)?.workload ?? '';
}
