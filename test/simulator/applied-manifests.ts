import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { manifestsOf } from './manifests.ts';
import { faultsAt, type Scenario } from './scenario.ts';

/** A directory that holds the configuration of the sample mesh as it is now. */
export interface AppliedManifests {
  readonly directory: string;
  /** Follows the fault timeline from `startedMs` on. */
  follow(startedMs: number, speed: number): void;
  stop(): void;
}

const lookMs = 500;

/** Writes the configuration at rest; `follow` then changes it as somebody would who applies a fault and takes it back. */
export function applyManifests(scenario: Scenario, directory: string, now: () => number): AppliedManifests {
  mkdirSync(directory, { recursive: true });
  let applied = '';
  const apply = (seconds: number): void => {
    const text = manifestsOf(scenario, faultsAt(scenario, seconds)).map((object) => stringify(object)).join('---\n');
    if (text === applied) return;
    // In one step, so that nobody reads half of it.
    writeFileSync(join(directory, '.mesh.yaml.new'), text);
    renameSync(join(directory, '.mesh.yaml.new'), join(directory, 'mesh.yaml'));
    applied = text;
  };
  apply(-1);
  let timer: NodeJS.Timeout | undefined;
  return {
    directory,
    follow(startedMs, speed) {
      timer = setInterval(() => { apply(((now() - startedMs) / 1000) * speed); }, lookMs);
    },
    stop: () => { clearInterval(timer); },
  };
}
