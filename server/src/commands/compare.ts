import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compareAll } from '../compare/compare-all.ts';
import { peerAt, PeerError } from '../compare/peer.ts';
import { printable, renderComparisonJson, renderComparisonText } from '../compare/render-comparison.ts';
import { ourStepSeconds } from '../compare/window-edges.ts';
import { fileFailure } from '../file-failure.ts';
import { orreryClient, OrreryError } from './orrery-client.ts';
import { parseDuration } from './times.ts';
import type { CommandOutput } from './validate.ts';

/** Exit codes, as in `orrery compare --help`. */
const agreed = 0, unexplained = 1, unusable = 2;
const formats = { text: renderComparisonText, json: renderComparisonJson } as const;

/** What has just happened is not stored yet, and the newest scrape may be an interval old. */
const settleSeconds = 30;

const usage = `usage: orrery compare [--prometheus url] [--kiali url] [--window 10m] [--namespace name]… [--format text|json] [--orrery url]

Compares a running Orrery with a Prometheus that scrapes the same Istio proxies, and with a Kiali that asks such a Prometheus:
edge by edge the requests, errors, connections and bytes of one window, and why they differ. Naming both tells more of Kiali.

  -p, --prometheus url         e.g. http://127.0.0.1:9090; asked in a score of queries over the whole mesh
  -k, --kiali url              with its web root, e.g. http://127.0.0.1:20001/kiali
      --prometheus-token file  a file with the bearer token that it wants; for Basic authentication the URL holds user:password@
      --kiali-token file       a file with the token to sign in with: of a service account, where its strategy is token
  -w, --window duration        30s to 6h, ending ${settleSeconds} s ago (default: 10m)
  -n, --namespace name         only edges that touch it; may be repeated (default: all)
      --at time                Unix seconds of the window's end
  -f, --format                 text (default) or json
      --orrery url             default: http://127.0.0.1:7070
  -h, --help                   this text

Exit codes: 0 everything agrees or differs for a known reason, 1 something is unexplained, 2 it cannot be compared.`;

interface Line {
  readonly prometheus: Address | null;
  readonly kiali: Address | null;
  readonly windowSeconds: number;
  readonly at: number | undefined;
  readonly namespaces: readonly string[];
  readonly format: keyof typeof formats;
  readonly orrery: string;
}

interface Address { readonly url: string; readonly token: string | undefined }

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
    const { prometheus, kiali, windowSeconds, at, namespaces, format } = line;
    const to = Math.floor((at ?? now() / 1000 - settleSeconds) / ourStepSeconds) * ourStepSeconds;
    const comparison = await compareAll({
      orrery: orreryClient(line.orrery, get), from: to - windowSeconds, to, namespaces,
      prometheus: prometheus && peerAt(prometheus.url, '--prometheus', prometheus.token, get),
      kiali: kiali && { peer: peerAt(kiali.url, '--kiali', kiali.token, get), token: kiali.token },
    });
    stdout.write(formats[format](comparison));
    if (comparison.summaries.every(({ compared }) => compared === 0)) {
      stderr.write('orrery compare: neither side has any traffic in this window, so nothing was compared\n');
      return unusable;
    }
    return comparison.summaries.some((one) => one.unexplained > 0) ? unexplained : agreed;
  } catch (error) {
    if (!(error instanceof OrreryError) && !(error instanceof PeerError)) throw error;
    stderr.write(`orrery compare: ${printable(error.message)}\n`);
    return unusable;
  }
}

/** The command line, `help`, or what is wrong with it. */
function parseLine(args: readonly string[]): Line | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        prometheus: { type: 'string', short: 'p' }, kiali: { type: 'string', short: 'k' }, 'prometheus-token': { type: 'string' }, 'kiali-token': { type: 'string' },
        window: { type: 'string', short: 'w', default: '10m' }, namespace: { type: 'string', short: 'n', multiple: true, default: [] }, at: { type: 'string' },
        format: { type: 'string', short: 'f', default: 'text' }, orrery: { type: 'string', default: 'http://127.0.0.1:7070' }, help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return 'help';
    const { format } = values;
    if (format !== 'text' && format !== 'json') return `there is no format ${format}; formats are ${Object.keys(formats).join(', ')}`;
    const windowSeconds = parseDuration(values.window);
    if (windowSeconds < 30 || windowSeconds > 21_600) return 'the window is from 30s to 6h';
    const at = values.at === undefined ? undefined : Number(values.at);
    if (at !== undefined && !(at > 1e9 && at < 1e11)) return '--at is a Unix time in seconds';
    const prometheus = addressOf('prometheus', values.prometheus, values['prometheus-token']), kiali = addressOf('kiali', values.kiali, values['kiali-token']);
    if (!prometheus && !kiali) return 'name what to compare with: --prometheus or --kiali';
    return { prometheus, kiali, windowSeconds: Math.ceil(windowSeconds / ourStepSeconds) * ourStepSeconds, at, namespaces: [...new Set(values.namespace)], format, orrery: values.orrery };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @throws Error where there is no token in the file, or nothing to send it to */
function addressOf(option: 'prometheus' | 'kiali', url: string | undefined, tokenFile: string | undefined): Address | null {
  if (url === undefined) {
    if (tokenFile !== undefined) throw new Error(`--${option}-token is of no use without --${option}`);
    return null;
  }
  if (tokenFile === undefined) return { url, token: undefined };
  let token: string;
  try {
    token = readFileSync(tokenFile, 'utf8').trim();
  } catch (error) {
    throw new Error(`--${option}-token: ${fileFailure(tokenFile, error)}`, { cause: error });
  }
  if (!/^[\u0021-\u007e]+$/.test(token)) throw new Error(`--${option}-token: ${tokenFile} holds no token: one line of printable ASCII`);
  return { url, token };
}
