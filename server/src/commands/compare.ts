import { parseArgs } from 'node:util';
import { parseDuration } from './times.ts';
import { compareWithKiali, compareWithPrometheus, summarise, type Circumstances, type Comparison, type Difference, type Witnesses } from '../compare/compare-edges.ts';
import { decodeKialiGraph } from '../compare/kiali-edges.ts';
import { orreryEdges, witnessOf, type EdgeWitness, type OrreryEdges } from '../compare/orrery-edges.ts';
import { PeerError, peerJson, queryPrometheus } from '../compare/prometheus-client.ts';
import { prometheusEdges, prometheusQueries } from '../compare/prometheus-edges.ts';
import { renderComparisonJson, renderComparisonText } from '../compare/render-comparison.ts';
import { orreryClient, OrreryError, type OrreryClient } from './orrery-client.ts';
import type { CommandOutput } from './validate.ts';

/** Exit codes, as in `orrery compare --help`. */
const agreed = 0, unexplained = 1, unusable = 2;
const formats = { text: renderComparisonText, json: renderComparisonJson } as const;

/** What has just happened is not stored yet, and the newest scrape may be an interval old. */
const settleSeconds = 30;
/** Edges of which Orrery is asked how it came to its number; the rest is told without. */
const mostWitnesses = 500;
/** Orrery's finest buckets. */
const ourStepSeconds = 10;

const usage = `usage: orrery compare [--prometheus url] [--kiali url] [--window 10m] [--namespace name]… [--format text|json] [--orrery url]

Compares a running Orrery with a Prometheus that scrapes the same Istio proxies, and with Kiali: edge by edge the requests,
errors and connections of one window, and why they differ.

  -p, --prometheus url   e.g. http://127.0.0.1:9090; asked in a dozen queries over the whole mesh
  -k, --kiali url        e.g. http://127.0.0.1:20001/kiali
  -w, --window duration  30s to 6h, ending ${settleSeconds} s ago (default: 10m)
  -n, --namespace name   only edges that touch it; may be repeated (default: all)
      --at time          Unix seconds of the window's end
  -f, --format           text (default) or json
      --orrery url       default: http://127.0.0.1:7070
  -h, --help             this text

Exit codes: 0 everything agrees or differs for a known reason, 1 something is unexplained, 2 it cannot be compared.`;

interface Line {
  readonly prometheus: string | undefined;
  readonly kiali: string | undefined;
  readonly windowSeconds: number;
  readonly at: number | undefined;
  readonly namespaces: readonly string[];
  readonly format: keyof typeof formats;
  readonly orrery: OrreryClient;
}

/** `orrery compare`: asks all sides, prints, and gives the exit code. `now` in Unix milliseconds. */
export async function compareCommand(args: readonly string[], { stdout, stderr }: CommandOutput, now: () => number = Date.now, get: typeof fetch = fetch): Promise<number> {
  const line = parseLine(args);
  if (line === 'help') {
    stdout.write(`${usage}\n`);
    return agreed;
  }
  if (typeof line === 'string') {
    stderr.write(`orrery compare: ${line}\n\n${usage}\n`);
    return unusable;
  }
  try {
    const comparison = await compareAll(line, now() / 1000, get);
    stdout.write(formats[line.format](comparison));
    if (comparison.summaries.every(({ compared }) => compared === 0)) {
      stderr.write('orrery compare: neither side has any traffic in this window, so nothing was compared\n');
      return unusable;
    }
    return comparison.summaries.some((one) => one.unexplained > 0) ? unexplained : agreed;
  } catch (error) {
    if (!(error instanceof OrreryError) && !(error instanceof PeerError)) throw error;
    stderr.write(`orrery compare: ${error.message}\n`);
    return unusable;
  }
}

async function compareAll({ prometheus, kiali, windowSeconds, at, namespaces, orrery }: Line, now: number, get: typeof fetch): Promise<Comparison> {
  const to = Math.floor((at ?? now - settleSeconds) / ourStepSeconds) * ourStepSeconds;
  const ours = await orreryEdges(orrery, to - windowSeconds, to, namespaces);
  const known = new Map<string, EdgeWitness | null>();
  const witnesses: Witnesses = async ({ id }) => {
    if (!known.has(id)) known.set(id, known.size < mostWitnesses ? await witnessOf(orrery, id, ours.from, ours.to) : null);
    return known.get(id) ?? null;
  };
  const { dataSources } = await orrery.graphql<{ dataSources: { source: string; state: string }[] }>('{ dataSources { source state } }');
  const ourDown = dataSources.filter(({ state }) => state === 'down').length;
  const parts: { peer: Difference['peer']; differences: Difference[] & { compared: number } }[] = [], notes: string[] = [];
  let circumstances: Circumstances = { intervalSeconds: usualIntervalSeconds + ourStepSeconds, theirDown: 0, ourDown };
  if (prometheus !== undefined) {
    const range = { from: ours.from, to: ours.to };
    circumstances = { ...await scrapesOf(prometheus, range, get), ourDown };
    const answers = await Promise.all(prometheusQueries(namespaces, range).map(async ({ metric, measure, query }) => ({ metric, measure, samples: await queryPrometheus(prometheus, query, ours.to, get) })));
    if (answers.every(({ samples }) => samples.length === 0)) notes.push('Prometheus has no Istio metrics in this window');
    if (circumstances.theirDown > 0) notes.push(`${circumstances.theirDown} targets of Prometheus are down`);
    parts.push({ peer: 'prometheus', differences: await compareWithPrometheus(ours, prometheusEdges(answers), witnesses, circumstances) });
  }
  if (kiali !== undefined) parts.push({ peer: 'kiali', differences: await compareWithKiali(ours, await kialiEdges(kiali, ours, namespaces, get), witnesses, circumstances) });
  if (ourDown > 0) notes.push(`${ourDown} sources of Orrery are down`);
  if (known.size >= mostWitnesses) notes.push(`how Orrery came to its number was asked for the first ${mostWitnesses} edges only`);
  return summarise(ours, parts, notes);
}

const usualIntervalSeconds = 15;

/** How often Prometheus scrapes, by the samples of `up`, and what it does not reach. */
async function scrapesOf(prometheus: string, { from, to }: { readonly from: number; readonly to: number }, get: typeof fetch): Promise<{ readonly intervalSeconds: number; readonly theirDown: number }> {
  const [counts, down] = await Promise.all([
    queryPrometheus(prometheus, `max(count_over_time(up[${to - from}s] @ ${to}))`, to, get),
    queryPrometheus(prometheus, `count(up @ ${to} == 0)`, to, get),
  ]);
  const samples = counts[0]?.value ?? 0;
  const interval = samples > 0 ? (to - from) / samples : usualIntervalSeconds;
  return { intervalSeconds: Math.min(interval, to - from) + ourStepSeconds, theirDown: down[0]?.value ?? 0 };
}

async function kialiEdges(kiali: string, ours: OrreryEdges, namespaces: readonly string[], get: typeof fetch): Promise<NonNullable<ReturnType<typeof decodeKialiGraph>>> {
  const graph = decodeKialiGraph(await peerJson(kiali, 'api/namespaces/graph', {
    namespaces: (namespaces.length > 0 ? namespaces : ours.namespaces).join(','),
    graphType: 'workload', duration: `${ours.to - ours.from}s`, queryTime: String(ours.to), injectServiceNodes: 'false',
    rateHttp: 'requests', rateGrpc: 'requests', rateTcp: 'sent', appenders: 'serviceEntry',
  }, '--kiali', get));
  if (graph === null) throw new PeerError(`${kiali} answered something else than a graph: is it Kiali, and does its URL end in its web root?`);
  return graph;
}

/** The command line, `help`, or what is wrong with it. */
function parseLine(args: readonly string[]): Line | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        prometheus: { type: 'string', short: 'p' }, kiali: { type: 'string', short: 'k' }, window: { type: 'string', short: 'w', default: '10m' },
        namespace: { type: 'string', short: 'n', multiple: true, default: [] }, at: { type: 'string' }, format: { type: 'string', short: 'f', default: 'text' },
        orrery: { type: 'string', default: 'http://127.0.0.1:7070' }, help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return 'help';
    if (values.prometheus === undefined && values.kiali === undefined) return 'name what to compare with: --prometheus or --kiali';
    const { format } = values;
    if (format !== 'text' && format !== 'json') return `there is no format ${format}; formats are ${Object.keys(formats).join(', ')}`;
    const windowSeconds = parseDuration(values.window);
    if (windowSeconds < 30 || windowSeconds > 21_600) return 'the window is from 30s to 6h';
    const at = values.at === undefined ? undefined : Number(values.at);
    if (at !== undefined && !(at > 1e9 && at < 1e11)) return '--at is a Unix time in seconds';
    return { prometheus: values.prometheus, kiali: values.kiali, windowSeconds: Math.ceil(windowSeconds / ourStepSeconds) * ourStepSeconds, at, namespaces: [...new Set(values.namespace)], format, orrery: orreryClient(values.orrery) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
