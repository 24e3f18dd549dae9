import { createReadStream, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isLoopback, loadConfig } from '../config.ts';
import { fileFailure } from '../file-failure.ts';
import { createLogger } from '../self/logger.ts';
import { serve } from '../serve.ts';
import type { CommandOutput } from './validate.ts';

/** Exit codes, as in `orrery replay --help`. */
const done = 0, failed = 1, misused = 2;

const usage = `usage: orrery replay <bundle> [--port 7070] [--host 127.0.0.1]

Shows a bundle of \`orrery record\` in the console and the API, read-only: nothing is taken in, no job runs, and the clock
stands where the recording ended. The same bundle gives the same graph, byte for byte.

  -p, --port number   where to listen (default: 7070; 0 = chosen freely and printed)
      --host address  default: 127.0.0.1
  -h, --help          this text

The bundle is unpacked into a temporary directory, which is removed at the end. Exit codes: 0 stopped, 1 failed, 2 wrong usage.`;

/** A replay that runs until it is stopped. */
export interface RunningReplay {
  readonly url: string;
  stop(): Promise<boolean>;
}

/** `orrery replay`: a running replay, or an exit code where there is nothing to run. */
export async function replayCommand(args: readonly string[], { stdout, stderr }: CommandOutput): Promise<RunningReplay | number> {
  const line = parseLine(args);
  if (line === 'help') {
    stdout.write(`${usage}\n`);
    return done;
  }
  if (typeof line === 'string') {
    stderr.write(`orrery replay: ${line}\n\n${usage}\n`);
    return misused;
  }
  const directory = await mkdtemp(join(tmpdir(), 'orrery-replay-'));
  try {
    const settings = { server: { host: line.host, port: line.port }, store: { dataDir: join(directory, 'store') }, self: { logLevel: 'warn' } };
    const loaded = loadConfig(undefined, { env: {}, cwd: directory, readFile: () => JSON.stringify(settings) });
    if (!loaded.ok) throw new Error(loaded.problems.join('; '));
    let rows = 0, shown = 0;
    const replayed = await serve(loaded.config, createLogger('warn'), Date.now, {
      open: () => createReadStream(line.file),
      progress: (bytes) => {
        rows += bytes;
        if (rows - shown > 50e6) stderr.write(`  ${Math.floor((shown = rows) / 1e6)} MB loaded\n`);
      },
    });
    return {
      url: replayed.url,
      async stop() {
        const clean = await replayed.stop();
        await rm(directory, { recursive: true, force: true });
        return clean;
      },
    };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    // What is a setting elsewhere is an option here.
    const message = (error instanceof Error ? error.message : String(error)).replace('server.port', '--port').replace('server.host', '--host');
    stderr.write(`orrery replay: ${message}\n`);
    return failed;
  }
}

interface Line { readonly file: string; readonly host: string; readonly port: number }

/** The command line, `help`, or what is wrong with it. */
function parseLine(args: readonly string[]): Line | string {
  try {
    const { values, positionals: [file, ...rest] } = parseArgs({
      args: [...args], allowPositionals: true,
      options: { port: { type: 'string', short: 'p', default: '7070' }, host: { type: 'string', default: '127.0.0.1' }, help: { type: 'boolean', short: 'h', default: false } },
    });
    if (values.help) return 'help';
    if (file === undefined) return 'no bundle is given';
    if (rest.length > 0) return `one bundle at a time, not ${rest.length + 1}`;
    const unreadable = whyUnreadable(file);
    if (unreadable !== null) return unreadable;
    if (!isLoopback(values.host)) return `--host is an address of this machine alone (127.0.0.1, ::1, localhost), not ${values.host}: a replay has no login, put a proxy that has one before it`;
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) return `--port is 0 to 65535, not ${values.port}`;
    return { file, host: values.host, port };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function whyUnreadable(file: string): string | null {
  try {
    return statSync(file).isDirectory() ? fileFailure(file, Object.assign(new Error(), { code: 'EISDIR' })) : null;
  } catch (error) {
    return fileFailure(file, error);
  }
}
