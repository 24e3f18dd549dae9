import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HubbleFlowInput } from '../simulator/encode-flow.ts';

const folder = join(import.meta.dirname, '../../../shared/data/other-meshes/hubble');

/** '' or why tests on real flows are skipped. */
export const samplesMissing = existsSync(folder) ? '' : 'the samples of real flows are absent';

/** Sets of real flows (Cilium 1.10, 2021), then lines of newer export files. */
export const sampleFiles = {
  mixed: 'basic-sample-10-flows.json',
  dns: 'basic-sample-330-dns-flows.json',
  http: 'basic-sample-348-http-flows.json',
  icmp: 'basic-sample-400-icmpv4-flows.json',
  redirected: 'basic-sample-400-l7-redirected-flows.json',
  tcp: 'basic-sample-400-tcp-flows.json',
  udp: 'basic-sample-400-udp-flows.json',
  fewDns: 'basic-sample-5-dns-flows.json',
  fewHttp: 'basic-sample-5-http-flows.json',
  newer: 'hubble-export-1.19.jsonl',
} as const;
export type SampleName = keyof typeof sampleFiles;

export interface SampleLine {
  readonly flow: HubbleFlowInput & { readonly node_name: string };
  readonly node_name: string;
  readonly time: string;
}

/** A recorded file as it is. */
export function sampleText(name: SampleName): string {
  return readFileSync(join(folder, sampleFiles[name]), 'utf8');
}

/** A recorded file of JSON lines, decoded. */
export function sampleLines(name: SampleName): SampleLine[] {
  return sampleText(name).trim().split('\n').map((line) => JSON.parse(line) as SampleLine);
}
