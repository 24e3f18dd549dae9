import type { Skip, Suite } from './suite.ts';

/** What came of one suite. `notRun`: why it did not come to its end. */
interface Outcome {
  passed: number;
  total: number;
  skipped: readonly Skip[];
  notRun?: string;
}

type Suites = Readonly<Record<string, () => Suite | Promise<Suite>>>;

/** How long what a suite started may take to end. */
const closeGraceMs = 20_000;
/** Node's exit code where the event loop is empty and the main module still waits. */
const unsettled = 13;
const signals = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Runs suites one after the other; a case, a suite or an end that throws is told and leaves the rest standing. Prints each
 * suite as it starts and ends, a table, and the outcomes as a last line of JSON.
 *
 * Whatever ends the process before that (a signal, an error that nobody awaits, a case that nothing can finish any more),
 * it says what was not run and exits with something else than 0; `close` of the suite that ran is called for signals and errors.
 * @returns the exit code: 0 where every case passed.
 */
export async function runSuites(suites: Suites, write: (text: string) => void): Promise<number> {
  const outcomes: Record<string, Outcome> = {}, waiting = new Set(Object.keys(suites));
  let running = 'no suite', close: Suite['close'];
  const tell = (why: string): void => {
    write(`ENDED EARLY in ${running}: ${why}; not run to the end: ${[...waiting].join(', ')}\n`);
  };
  let givenUp = false;
  const giveUp = (why: string, code: number): void => {
    // A terminal's Ctrl-C comes twice: to the whole group, and from the process above.
    if (givenUp) return;
    givenUp = true;
    tell(why);
    setTimeout(() => process.exit(code), closeGraceMs);
    const ending = close?.() ?? Promise.resolve();
    void ending.catch((error: unknown) => { write(`${messageOf(error)}\n`); }).finally(() => process.exit(code));
  };
  const stopGuards = guard({ giveUp, exited(code) {
    if (givenUp) return;
    tell(code === unsettled ? 'nothing is left that could finish it' : `something ended the process with exit code ${code}`);
    process.exitCode = code === 0 ? 1 : code;
  } });
  for (const [name, load] of Object.entries(suites)) {
    running = name;
    write(`${name} …\n`);
    const outcome: Outcome = { passed: 0, total: 0, skipped: [] };
    outcomes[name] = outcome;
    try {
      const suite = await load();
      close = once(suite.close);
      outcome.total = suite.cases.length;
      outcome.skipped = suite.skipped;
      for (const one of suite.cases) {
        running = `${name}, ${one.name}`;
        const failure = await Promise.resolve().then(one.run).then(() => undefined, messageOf);
        if (failure === undefined) outcome.passed++;
        else write(`FAILED ${name} ${one.name}: ${failure}\n`);
      }
      running = `${name}, its end`;
      await close?.();
    } catch (error) {
      outcome.notRun = messageOf(error);
      write(`FAILED ${name}: ${outcome.notRun}\n`);
    }
    close = undefined;
    waiting.delete(name);
    for (const skip of outcome.skipped) write(`skipped ${name} ${skip.case}: ${skip.reason}\n`);
    write(`${name}: ${outcome.passed} of ${outcome.total} passed\n`);
  }
  stopGuards();
  writeTable(outcomes, write);
  return Object.values(outcomes).every(({ passed, total, notRun }) => passed === total && notRun === undefined) ? 0 : 1;
}

interface Guards {
  readonly giveUp: (why: string, code: number) => void;
  readonly exited: (code: number) => void;
}

/** Watches for ends of the process. @returns a function that stops watching. */
function guard({ giveUp, exited }: Guards): () => void {
  const onError = (error: unknown): void => { giveUp(error instanceof Error ? error.stack ?? error.message : String(error), 1); };
  const onSignal = (signal: keyof typeof signals): void => { giveUp(signal, signals[signal]); };
  process.on('uncaughtException', onError).on('unhandledRejection', onError).on('exit', exited);
  for (const signal of Object.keys(signals)) process.on(signal, onSignal);
  return () => {
    process.off('uncaughtException', onError).off('unhandledRejection', onError).off('exit', exited);
    for (const signal of Object.keys(signals)) process.off(signal, onSignal);
  };
}

function once(close: Suite['close']): Suite['close'] {
  let closing: Promise<void> | undefined;
  return close && (() => (closing ??= close()));
}

function writeTable(outcomes: Readonly<Record<string, Outcome>>, write: (text: string) => void): void {
  write('\nsuite               passed  total  skipped\n');
  for (const [name, { passed, total, skipped, notRun }] of Object.entries(outcomes)) {
    write(`${name.padEnd(19)} ${String(passed).padStart(6)} ${String(total).padStart(6)} ${String(skipped.length).padStart(8)}${notRun === undefined ? '' : '  did not come to its end'}\n`);
  }
  write(`${JSON.stringify(outcomes)}\n`);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
