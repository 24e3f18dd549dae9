import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fileFailure } from '../file-failure.ts';
import { parseDuration } from './times.ts';
import { orreryClient, OrreryError, type OrreryClient } from './orrery-client.ts';
import { checkTopology, type ObservedEdge } from '../topology/check-topology.ts';
import { observedEdges, witnessesOf } from '../topology/observed-edges.ts';
import { parseTopology } from '../topology/parse-topology.ts';
import { renderVerdictText, verdictReport } from '../topology/render-verdict.ts';
import { writeTopology } from '../topology/write-topology.ts';
import type { CommandOutput } from './validate.ts';
import { renderJson } from '../validation/render/json.ts';
import { renderJunit } from '../validation/render/junit.ts';
import { renderSarif } from '../validation/render/sarif.ts';
import type { ValidationReport } from '../validation/render/report.ts';

/** Exit codes, as in `orrery check --help`. */
const clean = 0, violated = 1, unusable = 2;
/** Violations whose witnesses are asked for one by one; the rest is told without. */
const mostWitnesses = 50;

const formats: Readonly<Record<string, ((report: ValidationReport, version: string) => string) | null>> = { text: null, json: renderJson, sarif: renderSarif, junit: renderJunit };

const usage = `usage: orrery check <topology.yaml> [--window 1h] [--format text|json|sarif|junit] [--orrery url]
       orrery check --init [--window 1h] > topology.yaml

Holds the edges that a running Orrery observed against the allowed dependencies, kept as code: an edge that a rule forbids,
or that no rule allows, fails with the evidence for it.

  version: 1
  default: deny                  # for edges that no rule names: deny (default) or allow
  allow:
    - from: storefront/web       # namespace/name of a workload or an application; * stands for any text
      to: [shop/catalog, shop/cart]
    - from: shop/*
      to: ["database:postgresql:*", "external:*.example.com", "topic:orders.*"]
  deny:                          # stronger than allow
    - from: "*"
      to: payments/ledger-db
      except: payments/ledger
      reason: only the ledger keeps books

  -w, --window duration  how far back to look: 15m, 1h, 1d (default: 1h)
  -f, --format           text (default), json, sarif (SARIF 2.1.0) or junit
      --init             prints a file that allows what was observed
      --orrery url       default: http://127.0.0.1:7070
  -h, --help             this text

Exit codes: 0 nothing new or forbidden, 1 something is, 2 wrong usage, a wrong file, or no Orrery.`;

interface Line {
  readonly file: string | undefined;
  readonly windowSeconds: number;
  readonly format: string;
  readonly orrery: OrreryClient;
}

/** `orrery check`: asks, checks, prints, and gives the exit code. */
export async function checkCommand(args: readonly string[], version: string, { stdout, stderr }: CommandOutput, now: () => number = Date.now): Promise<number> {
  const line = parseLine(args);
  if (line === 'help') {
    stdout.write(`${usage}\n`);
    return clean;
  }
  if (typeof line === 'string') {
    stderr.write(`orrery check: ${line}\n\n${usage}\n`);
    return unusable;
  }
  const { file, windowSeconds, format, orrery } = line;
  const to = Math.floor(now() / 1000), from = to - windowSeconds;
  const observed = async (): Promise<readonly ObservedEdge[]> => {
    const { edges, partial } = await observedEdges(orrery, from, to);
    for (const note of partial) stderr.write(`orrery check: ${note}\n`);
    return edges;
  };
  try {
    if (file === undefined) {
      stdout.write(writeTopology(await observed(), `observed from ${new Date(from * 1000).toISOString()} to ${new Date(to * 1000).toISOString()}`));
      return clean;
    }
    const topology = parseTopology(readText(file));
    if (!('rules' in topology)) {
      for (const { line: row, column, message } of topology) stderr.write(`${file}:${row}:${column}: ${message}\n`);
      return unusable;
    }
    const verdict = checkTopology(topology, await observed());
    const witnesses = await witnessesOf(orrery, verdict.violations.slice(0, mostWitnesses).map(({ edge }) => edge.id), from, to);
    const render = formats[format];
    stdout.write(render ? render(verdictReport(verdict, file, witnesses), version) : renderVerdictText(verdict, file, witnesses));
    if (verdict.checked === 0) stderr.write('orrery check: no traffic was observed in this window, so nothing was checked\n');
    return verdict.violations.length > 0 ? violated : clean;
  } catch (error) {
    if (!(error instanceof OrreryError) && !(error instanceof Unreadable)) throw error;
    stderr.write(`orrery check: ${error.message}\n`);
    return unusable;
  }
}

/** The topology file cannot be read. */
class Unreadable extends Error {}

/** @throws Unreadable */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Unreadable(fileFailure(file, error), { cause: error });
  }
}

/** The command line, `help`, or what is wrong with it. */
function parseLine(args: readonly string[]): Line | string {
  try {
    const { values, positionals: [file, ...rest] } = parseArgs({
      args: [...args], allowPositionals: true,
      options: {
        window: { type: 'string', short: 'w', default: '1h' }, format: { type: 'string', short: 'f', default: 'text' }, init: { type: 'boolean', default: false },
        orrery: { type: 'string', default: 'http://127.0.0.1:7070' }, help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return 'help';
    if (!Object.hasOwn(formats, values.format)) return `there is no format ${values.format}; formats are ${Object.keys(formats).join(', ')}`;
    if (values.init ? file !== undefined : file === undefined) return values.init ? '--init prints a file and takes none' : 'no topology file is given; --init prints one';
    if (rest.length > 0) return `one file at a time, not ${rest.length + 1}`;
    return { file, windowSeconds: parseDuration(values.window), format: values.format, orrery: orreryClient(values.orrery) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
