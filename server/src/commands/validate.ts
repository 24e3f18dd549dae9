import { parseArgs } from 'node:util';
import { readDirectory } from '../kubernetes/directory-source.ts';
import { readMeshSettings } from '../kubernetes/mesh-config.ts';
import { catalogue } from '../validation/catalogue.ts';
import { renderJson } from '../validation/render/json.ts';
import { renderJunit } from '../validation/render/junit.ts';
import { placeFindings, type ValidationReport } from '../validation/render/report.ts';
import { renderSarif } from '../validation/render/sarif.ts';
import { renderText } from '../validation/render/text.ts';
import { validate } from '../validation/validate.ts';

export interface CommandOutput {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** Exit codes, as in `orrery validate --help`. */
const clean = 0, foundErrors = 1, unusable = 2;

const formats: Readonly<Record<string, (report: ValidationReport, version: string) => string>> = { text: renderText, json: renderJson, sarif: renderSarif, junit: renderJunit };

const usage = `usage: orrery validate <path>… [--format text|json|sarif|junit] [--namespace name] [--root-namespace name]

Validates mesh configuration in files and directories of YAML or JSON before it is applied: Istio, the Gateway API, and
the Services, workloads and namespaces that they refer to. What is not among the files counts as absent, so give it the
whole of what runs: rendered Helm charts, \`kubectl get -A -o yaml\`, or both. The mesh configuration is taken from the
ConfigMap \`istio\` of the root namespace where it is among them.

  -f, --format         text (default), json, sarif (SARIF 2.1.0) or junit
  -n, --namespace      namespace of objects that name none (default: default)
      --root-namespace where mesh-wide policies live (default: istio-system)
  -h, --help           this text

Exit codes: 0 no errors found, 1 errors found, 2 wrong usage or unreadable input.`;

/** `orrery validate`: reads, validates, prints, and gives the exit code. */
export async function validateCommand(args: readonly string[], version: string, { stdout, stderr }: CommandOutput): Promise<number> {
  const line = parseLine(args);
  if (typeof line === 'string') {
    stderr.write(`orrery validate: ${line}\n\n${usage}\n`);
    return unusable;
  }
  if (line.help) {
    stdout.write(`${usage}\n`);
    return clean;
  }
  const { objects, problems, files } = await readDirectory(line.paths, { cluster: '', defaultNamespace: line.namespace });
  const settings = readMeshSettings(objects, line.rootNamespace);
  const findings = placeFindings(validate(objects, settings));
  stdout.write(line.render({ findings, problems, files, objects: objects.length, checks: catalogue }, version));
  if (problems.length > 0) return unusable;
  return findings.some(({ severity }) => severity === 'error') ? foundErrors : clean;
}

interface Line {
  readonly help: boolean;
  readonly paths: readonly string[];
  readonly namespace: string;
  readonly rootNamespace: string;
  readonly render: (report: ValidationReport, version: string) => string;
}

/** The command line, or what is wrong with it. */
function parseLine(args: readonly string[]): Line | string {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        format: { type: 'string', short: 'f', default: 'text' }, namespace: { type: 'string', short: 'n', default: 'default' },
        'root-namespace': { type: 'string', default: 'istio-system' }, help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { values: { format, namespace, 'root-namespace': rootNamespace, help }, positionals: paths } = parsed;
  const render = Object.hasOwn(formats, format) ? formats[format] : undefined;
  if (render === undefined) return `there is no format ${format}; formats are ${Object.keys(formats).join(', ')}`;
  if (paths.length === 0 && !help) return 'no path is given';
  return { help, paths, namespace, rootNamespace, render };
}
