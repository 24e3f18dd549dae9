import { parseArgs } from 'node:util';
import { renderJson } from '../validation/render/json.ts';
import { renderJunit } from '../validation/render/junit.ts';
import type { ValidationReport } from '../validation/render/report.ts';
import { renderSarif } from '../validation/render/sarif.ts';
import { renderText } from '../validation/render/text.ts';
import { parseDuration } from './times.ts';

const formats: Readonly<Record<string, (report: ValidationReport, version: string) => string>> = { text: renderText, json: renderJson, sarif: renderSarif, junit: renderJunit };

/** From which findings on the exit code is 1. */
export type FailOn = 'error' | 'warning' | 'traffic';

export const validateUsage = `usage: orrery validate <path>… [--cluster context] [--against 1h] [--fail-on error|warning|traffic]
                           [--format text|json|sarif|junit] [--config orrery.yaml] [--namespace name]
                           [--root-namespace name]

Validates mesh configuration in files and directories of YAML or JSON before it is applied: Istio, the Gateway API,
Linkerd, Cilium, Consul, Kuma and Traefik, and the Services, workloads and namespaces that they refer to. What is not among
the files counts as absent, so give it the whole of what runs (rendered Helm charts, \`kubectl get -A -o yaml\`), or name
the cluster. The mesh configuration is taken from the ConfigMap \`istio\` of the root namespace where it is among them.

      --cluster        a context of the kubeconfig, or a kubeconfig file: the files are laid over what that cluster holds,
                       and only those findings are told that the files cause or change; the others are counted. The rights
                       of deploy/kubernetes/rbac.yaml are enough
      --against        a window such as 15m, 1h or 1d of a running Orrery: each finding with the edges that it touches and
                       the traffic at stake, gravest first, and what the files would do to that traffic: callers that
                       STRICT or an authorization would cut off, versions that would lose theirs, timeouts too short
      --orrery         that Orrery (default: http://127.0.0.1:7070)
      --cluster-name   the cluster of the files, as telemetry names it, where that Orrery knows several
      --fail-on        error (default), warning, or traffic: with --against, errors and warnings that touch traffic
  -f, --format         text (default), json, sarif (SARIF 2.1.0) or junit
  -c, --config         an orrery.yaml whose \`findings.suppressions\` hold here too, beside the annotations of objects: what
                       somebody answers for is counted, and fails nothing
  -n, --namespace      namespace of objects that name none (default: default)
      --root-namespace where mesh-wide policies live (default: istio-system)
  -h, --help           this text

Exit codes: 0 nothing found that fails, 1 something is (see --fail-on), 2 wrong usage, unreadable input, no cluster or no
Orrery.`;

/** A command line of `orrery validate`, checked. */
export interface ValidateLine {
  readonly help: boolean;
  readonly paths: readonly string[];
  readonly namespace: string;
  readonly rootNamespace: string;
  readonly render: (report: ValidationReport, version: string) => string;
  /** A context or a kubeconfig file. */
  readonly cluster: string | undefined;
  /** Seconds. */
  readonly against: number | undefined;
  readonly orrery: string;
  readonly clusterName: string | undefined;
  readonly failOn: FailOn;
  /** A file with suppressions. */
  readonly config: string | undefined;
}

/** The command line, or what is wrong with it. */
export function parseValidateLine(args: readonly string[]): ValidateLine | string {
  try {
    const { values, positionals: paths } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        format: { type: 'string', short: 'f', default: 'text' }, namespace: { type: 'string', short: 'n', default: 'default' }, 'root-namespace': { type: 'string', default: 'istio-system' },
        cluster: { type: 'string' }, against: { type: 'string' }, orrery: { type: 'string', default: 'http://127.0.0.1:7070' }, 'cluster-name': { type: 'string' },
        'fail-on': { type: 'string', default: 'error' }, config: { type: 'string', short: 'c' }, help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { format, namespace, 'root-namespace': rootNamespace, cluster, orrery, 'cluster-name': clusterName, 'fail-on': failOn, config, help } = values;
    const render = Object.hasOwn(formats, format) ? formats[format] : undefined;
    if (render === undefined) return `there is no format ${format}; formats are ${Object.keys(formats).join(', ')}`;
    if (failOn !== 'error' && failOn !== 'warning' && failOn !== 'traffic') return `--fail-on is error, warning or traffic, not ${failOn}`;
    if (failOn === 'traffic' && values.against === undefined) return '--fail-on traffic needs --against: a window whose traffic is meant';
    if (paths.length === 0 && !help) return 'no path is given';
    return { help, paths, namespace, rootNamespace, render, cluster, against: values.against === undefined ? undefined : parseDuration(values.against), orrery, clusterName, failOn, config };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
