import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { readBundle } from '../bundle/read-bundle.ts';
import { parseDuration, parseTime } from './times.ts';
import { orreryClient, type OrreryClient } from './orrery-client.ts';
import type { CommandOutput } from './validate.ts';

/** Exit codes, as in `orrery record --help`. */
const done = 0, failed = 1, misused = 2;

const usage = `usage: orrery record [--last 15m | --from time --to time] [--output file] [--orrery url]

Writes a bundle of a window: the traffic of every edge, identities, events and configuration (without Secrets and without
the environment of any process), which \`orrery replay\` shows on another machine. Spans and flows are not in it.

      --last duration     the window that ends now: 90s, 15m, 2h, 1d (default: 15m)
      --from, --to time   a past window: 2026-11-20T14:00:00Z, Unix seconds, or a duration ago such as 2h
      --lookback duration what is kept of the time before it (default: 1h)
      --title text        what it shows, in a few words
  -o, --output file       default: orrery-<from>-<to>.tar.gz
      --orrery url        the Orrery to record from (default: http://127.0.0.1:7070)
  -h, --help              this text

Exit codes: 0 written, 1 failed, 2 wrong usage.`;

interface Line {
  readonly from: number;
  readonly to: number;
  readonly lookback: number;
  readonly title: string;
  readonly output: string;
  readonly orrery: OrreryClient;
}

/** `orrery record`: downloads a bundle, checks it, and gives the exit code. */
export async function recordCommand(args: readonly string[], output: CommandOutput, now: () => number = Date.now): Promise<number> {
  const line = parseLine(args, now() / 1000);
  if (line === 'help') {
    output.stdout.write(`${usage}\n`);
    return done;
  }
  if (typeof line === 'string') {
    output.stderr.write(`orrery record: ${line}\n\n${usage}\n`);
    return misused;
  }
  const partial = `${line.output}.part`;
  try {
    await download(line, partial, output);
    const { tables } = await readBundle(createReadStream(partial), { header: () => undefined, piece: () => Promise.resolve() });
    await rename(partial, line.output);
    const rows = new Map(tables.map((table) => [table.name, table.rows]));
    const traffic = [...rows].filter(([name]) => name.startsWith('edge_traffic_')).reduce((sum, [, count]) => sum + count, 0);
    output.stdout.write(`${line.output}: ${rows.get('edges') ?? 0} edges, ${traffic} rows of traffic, ${rows.get('events') ?? 0} events, ${rows.get('config_objects') ?? 0} objects\n`);
    if (traffic === 0) output.stderr.write('orrery record: there was no traffic in this window\n');
    for (const note of await missingOf(line)) output.stderr.write(`orrery record: ${note}\n`);
    return done;
  } catch (error) {
    await rm(partial, { force: true });
    output.stderr.write(`orrery record: ${error instanceof Error ? error.message : String(error)}\n`);
    return failed;
  }
}

/** What of the window is not in the bundle because it was not kept, in words. The bundle is whole without them: an Orrery that does not say leaves them out. */
async function missingOf({ from, to, orrery }: Line): Promise<readonly string[]> {
  const query = 'query ($window: WindowInput) { traffic(input: { window: $window }) { partial } }';
  return orrery.graphql<{ traffic: { partial: readonly string[] } }>(query, { window: { from, to } }).then(({ traffic }) => traffic.partial, () => []);
}

async function download({ from, to, lookback, title, orrery }: Line, file: string, { stderr }: CommandOutput): Promise<void> {
  const body = await orrery.bytes('api/v1/bundle', { from: String(from), to: String(to), lookback: String(lookback), title });
  let bytes = 0, shownMb = 0;
  const progress = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      bytes += chunk.length;
      if (bytes / 1e6 >= shownMb + 5) stderr.write(`  ${(shownMb = Math.floor(bytes / 1e6))} MB\n`);
      next(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), progress, createWriteStream(file));
}

/** The command line, `help`, or what is wrong with it. */
function parseLine(args: readonly string[], nowSeconds: number): Line | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        last: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' }, lookback: { type: 'string', default: '1h' }, title: { type: 'string', default: '' },
        output: { type: 'string', short: 'o' }, orrery: { type: 'string', default: 'http://127.0.0.1:7070' }, help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return 'help';
    if (values.last !== undefined && (values.from !== undefined || values.to !== undefined)) return 'give --last, or --from and --to';
    if (values.to !== undefined && values.from === undefined) return '--to needs --from';
    const to = values.to === undefined ? Math.floor(nowSeconds) : parseTime(values.to, nowSeconds);
    const from = values.from === undefined ? to - parseDuration(values.last ?? '15m') : parseTime(values.from, nowSeconds);
    if (to <= from) return from > nowSeconds ? 'the window lies in the future: nothing of it can be recorded yet' : 'the window must end after it begins';
    return { from, to, lookback: parseDuration(values.lookback), title: values.title, output: values.output ?? `orrery-${from}-${to}.tar.gz`, orrery: orreryClient(values.orrery) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
