import { enableCompileCache } from 'node:module';
import { parseCommandLine, type Command } from './cli.ts';
import { loadConfig, type OrreryConfig } from './config.ts';
import { createLogger } from './self/logger.ts';
import { version } from './version.ts';

/** Exit codes, as in `orrery serve --help`. */
const ok = 0, failed = 1, misconfigured = 2;
const endedByPipe = 128 + 13;
/** Above what the ordered stop may take. */
const stopDeadlineMs = 10_000;

/** They begin sooner with compiled code at hand. A server would hold 13 MB of it for as long as it runs. */
const shortCommands: ReadonlySet<string> = new Set(['validate', 'check', 'compare', 'record', 'doctor']);

interface Running {
  readonly url?: string;
  stop(): Promise<boolean>;
}

// Whoever reads may have seen enough: `orrery validate … | head`. Ended as by SIGPIPE, which Node does not let through.
for (const stream of [process.stdout, process.stderr]) stream.on('error', (error: NodeJS.ErrnoException) => { if (error.code === 'EPIPE') process.exit(endedByPipe); else throw error; });
if (process.argv.some((arg) => shortCommands.has(arg))) enableCompileCache();
await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  if (args[0] === 'validate') {
    process.exitCode = await (await import('./commands/validate.ts')).validateCommand(args.slice(1), version, process);
    return;
  }
  if (args[0] === 'check') {
    process.exitCode = await (await import('./commands/check.ts')).checkCommand(args.slice(1), version, process);
    return;
  }
  if (args[0] === 'compare') {
    process.exitCode = await (await import('./commands/compare.ts')).compareCommand(args.slice(1), process);
    return;
  }
  if (args[0] === 'record') {
    process.exitCode = await (await import('./commands/record.ts')).recordCommand(args.slice(1), process);
    return;
  }
  if (args[0] === 'replay') {
    const replay = await (await import('./commands/replay.ts')).replayCommand(args.slice(1), process);
    if (typeof replay === 'number') process.exit(replay);
    untilStopped(replay);
    return;
  }
  const line = parseCommandLine(args, version);
  if (line.kind !== 'run') {
    (line.kind === 'print' ? process.stdout : process.stderr).write(`${line.text}\n`);
    process.exitCode = line.kind === 'print' ? ok : misconfigured;
    return;
  }
  const loaded = loadConfig(line.configFile);
  if (!loaded.ok) {
    const where = loaded.file ?? 'the environment';
    process.stderr.write(`orrery: the configuration (${where}) is wrong:\n${loaded.problems.map((problem) => `  ${problem}\n`).join('')}`);
    process.exitCode = misconfigured;
    return;
  }
  await run(line.command, loaded.config);
}

async function run(command: Command, config: OrreryConfig): Promise<void> {
  const logger = createLogger(config.self.logLevel);
  try {
    switch (command) {
      case 'serve': return untilStopped(await (await import('./serve.ts')).serve(config, logger));
      case 'collect': return untilStopped(await (await import('./collect.ts')).collect(config, logger));
      case 'migrate': return await (await import('./migrate.ts')).migrate(config, logger);
      case 'doctor': process.exitCode = (await (await import('./doctor/doctor.ts')).doctor(config, process.stdout)) ? ok : failed;
    }
  } catch (error) {
    logger.debug({ err: error }, 'start failed');
    process.stderr.write(`orrery: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(failed);
  }
}

/** Stops in order on the first SIGTERM or SIGINT, at once on the second or after the deadline. */
function untilStopped(running: Running): void {
  if (running.url !== undefined) process.stdout.write(`Orrery is at ${running.url}\n`);
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) process.exit(failed);
    stopping = true;
    setTimeout(() => process.exit(failed), stopDeadlineMs).unref();
    void running.stop().then((clean) => process.exit(clean ? ok : failed));
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
