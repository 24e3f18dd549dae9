import { existsSync } from 'node:fs';
import type { ClusterApi } from '../kubernetes/cluster-api.ts';
import { readDirectory } from '../kubernetes/directory-source.ts';
import { readMeshSettings } from '../kubernetes/mesh-config.ts';
import { readCluster, type ClusterContents } from '../kubernetes/read-cluster.ts';
import { watchedResources } from '../kubernetes/resources.ts';
import { isFailure } from '../kubernetes/watch/read-answer.ts';
import { catalogue } from '../validation/catalogue.ts';
import { loadConfig } from '../config.ts';
import { compareFindings } from '../validation/findings/compare-findings.ts';
import { suppress, suppressionChecks } from '../validation/findings/suppress.ts';
import type { SuppressionRule } from '../validation/findings/suppression.ts';
import { layOver } from '../validation/lay-over.ts';
import type { ConfigObject, ObjectRef } from '../validation/model/config-object.ts';
import type { Finding } from '../validation/model/finding.ts';
import { proposedChecks } from '../validation/proposed/proposed-checks.ts';
import { askedBeforehand } from '../validation/proposed/run-proposed.ts';
import { placeFindings, type BesidesFindings, type DescribedCheck, type PlacedFinding, type SuppressedFinding } from '../validation/render/report.ts';
import { validate } from '../validation/validate.ts';
import { askStakes, type StakesQuestion } from './ask-stakes.ts';
import { orreryClient, OrreryError } from './orrery-client.ts';
import { parseValidateLine, validateUsage, type FailOn, type ValidateLine } from './validate-line.ts';

/** Where a command prints: results, and what went wrong. */
export interface CommandOutput {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** What the command reaches beyond its files. */
export interface ValidateSurroundings {
  readonly now: () => number;
  readonly fetch: typeof fetch;
  /** @throws Error where the kubeconfig cannot be read */
  readonly openCluster: (where: { readonly kubeconfig?: string; readonly context?: string }) => Promise<ClusterApi>;
}

/** Exit codes, as in `orrery validate --help`. */
const clean = 0, failed = 1, unusable = 2;
/** An API server that says nothing for this long is not there. */
const quietMs = 30_000;

/** `orrery validate`: reads, validates, prints, and gives the exit code. */
export async function validateCommand(args: readonly string[], version: string, { stdout, stderr }: CommandOutput, surroundings: ValidateSurroundings = realSurroundings()): Promise<number> {
  const line = parseValidateLine(args);
  if (typeof line === 'string') {
    stderr.write(`orrery validate: ${line}\n\n${validateUsage}\n`);
    return unusable;
  }
  if (line.help) {
    stdout.write(`${validateUsage}\n`);
    return clean;
  }
  const { objects, problems, files } = await readDirectory(line.paths, { cluster: '', defaultNamespace: line.namespace });
  // A pipeline that looks in the wrong place must not be green.
  if (files === 0 && problems.length === 0) {
    stderr.write(`orrery validate: there is no .yaml, .yml or .json file in ${line.paths.join(', ')}\n`);
    return unusable;
  }
  try {
    const rules = suppressionsOf(line.config), { findings: found, all, besides } = await findingsOf(objects, line, surroundings);
    const { told, suppressed } = answered(found, objects, all, rules, surroundings.now());
    for (const { resource, message } of besides?.refused ?? []) stderr.write(`orrery validate: ${resource} of cluster ${besides?.cluster ?? ''} count as absent: ${message}\n`);
    const elsewhere = ({ object: { kind, namespace, name } }: Pick<Finding, 'object'>): string => `kubernetes/${line.cluster ?? ''}/${namespace === '' ? '' : `${namespace}/`}${kind}/${name}`;
    const placed = placeFindings(told, elsewhere), { findings, notes } = await withStakes(placed, elsewhere, objects, line, surroundings);
    for (const note of notes) stderr.write(`orrery validate: ${note}\n`);
    const checks = [...catalogue, ...Object.values(suppressionChecks), ...(line.against === undefined ? [] : [ ...proposedChecks.map(described), ...askedBeforehand.map(described)])];
    stdout.write(line.render({ findings, suppressed: suppressed.flatMap(({ finding, suppression }) => placeFindings([finding], elsewhere).map((placed) => ({ ...placed, suppression }))), problems, files, objects: objects.length, checks, ...(besides === undefined ? {} : { besides }) }, version));
    if (problems.length > 0) return unusable;
    return findings.some((finding) => fails(finding, line.failOn)) ? failed : clean;
  } catch (error) {
    if (!(error instanceof OrreryError) && !(error instanceof Unusable)) throw error;
    stderr.write(`orrery validate: ${error.message}\n`);
    return unusable;
  }
}

/** The cluster or the file with suppressions cannot be read. */
class Unusable extends Error {}

/** @throws Unusable */
function suppressionsOf(file: string | undefined): readonly SuppressionRule[] {
  if (file === undefined) return [];
  const loaded = loadConfig(file);
  if (!loaded.ok) throw new Unusable(loaded.problems.map((problem) => (problem.startsWith(`${loaded.file}: `) ? problem : `${file}: ${problem}`)).join('; '));
  return loaded.config.findings.suppressions;
}

interface AnsweredFor extends Pick<SuppressedFinding, 'suppression'> {
  readonly finding: Finding;
}

/** Findings that are told, with those of suppressions themselves, and those that somebody answers for. */
function answered(findings: readonly Finding[], objects: readonly ConfigObject[], all: readonly ConfigObject[], rules: readonly SuppressionRule[], nowMs: number): { readonly told: readonly Finding[]; readonly suppressed: readonly AnsweredFor[] } {
  const keyOf = ({ group, kind, namespace, name }: ObjectRef): string => JSON.stringify([group, kind, namespace, name]), byKey = new Map(all.map((object) => [keyOf(object), object]));
  const told: Finding[] = [], suppressed: AnsweredFor[] = [];
  for (const one of suppress(findings, objects, (ref) => byKey.get(keyOf(ref)), rules, nowMs)) {
    if (one.suppressed === null) told.push(one.finding);
    else suppressed.push({ finding: one.finding, suppression: one.suppressed });
  }
  return { told, suppressed };
}

async function findingsOf(objects: readonly ConfigObject[], line: ValidateLine, surroundings: ValidateSurroundings): Promise<{ readonly findings: readonly Finding[]; readonly all: readonly ConfigObject[]; readonly besides?: BesidesFindings }> {
  const check = (all: readonly ConfigObject[]): Finding[] => validate(all, { ...readMeshSettings(all, line.rootNamespace), nowMs: surroundings.now() });
  if (line.cluster === undefined) return { findings: check(objects), all: objects };
  const live = await contentsOf(line.cluster, surroundings);
  const all = layOver(live.objects, objects), { caused, standing, mended } = compareFindings(check(live.objects), check(all));
  return { findings: caused, all, besides: { cluster: line.cluster, standing, mended, refused: live.refused } };
}

async function contentsOf(cluster: string, { openCluster }: ValidateSurroundings): Promise<ClusterContents> {
  try {
    const api = await openCluster(existsSync(cluster) ? { kubeconfig: cluster } : { context: cluster });
    try {
      const contents = await readCluster(api, watchedResources, new AbortController().signal);
      if (isFailure(contents)) throw new Unusable(`cluster ${cluster} cannot be read: ${contents.message}`);
      return contents;
    } finally {
      api.close();
    }
  } catch (error) {
    if (error instanceof Unusable) throw error;
    throw new Unusable(`cluster ${cluster} cannot be reached: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

async function withStakes(findings: readonly PlacedFinding[], elsewhere: StakesQuestion['elsewhere'], objects: readonly ConfigObject[], { against, orrery, clusterName }: ValidateLine, surroundings: ValidateSurroundings): Promise<{ readonly findings: readonly PlacedFinding[]; readonly notes: readonly string[] }> {
  if (against === undefined) return { findings, notes: [] };
  const client = orreryClient(orrery, surroundings.fetch), to = Math.floor(surroundings.now() / 1000);
  const told = await askStakes(client, { findings, objects, window: { from: to - against, to }, cluster: clusterName, elsewhere });
  return {
    findings: told.findings,
    notes: [
      ...(told.covers ? [] : ['telemetry covers too little of the window: what was seen is told, and that nothing was seen proves little']),
      ...(told.undecided > 0 ? [`of ${told.undecided} objects the traffic of the window does not show what would become of it`] : []),
    ],
  };
}

/** Checks of telemetry as formats describe a rule; Kiali has none of them. */
function described({ code, severity, title, meaning, remedy }: Omit<DescribedCheck, 'kiali'>): DescribedCheck {
  return { code, severity, title, meaning, remedy };
}

function fails({ severity, atStake }: PlacedFinding, failOn: FailOn): boolean {
  switch (failOn) {
    case 'error': return severity === 'error';
    case 'warning': return severity !== 'info';
    case 'traffic': return severity !== 'info' && atStake !== undefined && (atStake.requestsPerSecond > 0 || atStake.rank === 'breaking');
  }
}

function realSurroundings(): ValidateSurroundings {
  return {
    now: Date.now, fetch,
    openCluster: async (where) => (await import('../kubernetes/kubeconfig-api.ts')).openClusterApi({ name: '', inCluster: false, clusterDomain: 'cluster.local', ...where }, { quietMs, now: Date.now }),
  };
}
