import { parseArgs } from 'node:util';
import { suggestion } from './config-problems.ts';

/** What `orrery` can be told to do. */
export const commands = {
  serve: 'collectors, jobs, API and console in one process',
  collect: 'collectors alone: telemetry in, rows to the store',
  migrate: 'brings the tables of the store up to date, then ends',
  doctor: 'looks at configuration, ports, store and sources and says what to do',
} as const;
/** A word after `orrery`. */
export type Command = keyof typeof commands;

/** Commands with a command line of their own, which need neither configuration nor store. */
const tools = {
  validate: 'checks mesh configuration in files before it is applied',
  check: 'holds the observed edges against the allowed dependencies in a file',
  compare: 'says edge by edge where a Prometheus or Kiali differs, and why',
  record: 'writes a bundle of a window: traffic, identities, events, configuration',
  replay: 'shows a bundle in the console, read-only',
} as const;

/** A command line that was understood, a text to print, or a mistake. */
export type CommandLine =
  | { readonly kind: 'run'; readonly command: Command; readonly configFile: string | undefined }
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'mistake'; readonly text: string };

const details: Readonly<Record<Command, string>> = {
  serve: `Opens the store (an embedded ClickHouse under store.dataDir, or the server named by CLICKHOUSE_URL), starts the
configured receivers and scrapes, the background jobs, and the API with the console. Prints the address.
SIGTERM or SIGINT stops intake first, stores what was taken, then ends; a second signal ends at once.
Exit codes: 0 stopped, 1 failed, 2 wrong configuration.`,
  collect: `Several of these can feed one store named by CLICKHOUSE_URL, behind a load balancer. The embedded engine has one
owner, so a collector beside a server needs CLICKHOUSE_URL.`,
  migrate: 'Safe to run at the same time as others: each migration is applied once.',
  doctor: 'Asks a running Orrery at server.host:server.port if there is one; otherwise tries the ports and the data directory.',
};

/** What the arguments ask for: a command, a text to print, or what is wrong with them. */
export function parseCommandLine(args: readonly string[], version: string): CommandLine {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { config: { type: 'string', short: 'c' }, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
    });
  } catch (error) {
    return { kind: 'mistake', text: `${error instanceof Error ? error.message : String(error)}\n\n${usage()}` };
  }
  const { values, positionals } = parsed;
  const [command, ...rest] = positionals;
  if (values.version) return { kind: 'print', text: `orrery ${version}` };
  if (command === undefined) return values.help ? { kind: 'print', text: usage() } : { kind: 'mistake', text: usage() };
  if (!isCommand(command)) return { kind: 'mistake', text: `unknown command «${command}»${suggestion(command, [...Object.keys(commands), ...Object.keys(tools)])}` };
  if (values.help) return { kind: 'print', text: commandUsage(command) };
  if (rest.length > 0) return { kind: 'mistake', text: `${command} takes no further words: ${rest.join(' ')}` };
  return { kind: 'run', command, configFile: values.config };
}

function isCommand(text: string): text is Command {
  return Object.hasOwn(commands, text);
}

function usage(): string {
  const lines = Object.entries({ ...commands, ...tools }).map(([name, what]) => `  ${name.padEnd(9)} ${what}`);
  return `usage: orrery <command> [--config file]

${lines.join('\n')}

  -c, --config file   configuration (default: ./orrery.yaml where it is there)
  -h, --help          this text, or that of a command
  -v, --version       version

Environment variables override the file: ORRERY_PORT, ORRERY_DATA_DIR, CLICKHOUSE_URL, ORRERY_OTLP_GRPC_PORT,
ORRERY_OTLP_HTTP_PORT, ORRERY_LOG_LEVEL, …`;
}

function commandUsage(command: Command): string {
  return `usage: orrery ${command} [--config file]\n\n${command}: ${commands[command]}.\n\n${details[command]}`;
}
