import type { OrreryConfig } from '../config.ts';
import { printFinding, type Finding } from './findings.ts';
import { examineRunning } from './running.ts';
import { examinePorts, examineStore } from './stopped.ts';

/**
 * `orrery doctor`: the configuration was read before this; a running Orrery is asked how it is,
 * otherwise what a start needs is tried. True if there is no problem (warnings may be).
 */
export async function doctor(config: OrreryConfig, out: { write(text: string): unknown }, doFetch: typeof fetch = fetch): Promise<boolean> {
  const findings: Finding[] = [{ level: 'ok', what: 'the configuration is right' }];
  const running = await examineRunning(config, doFetch);
  findings.push(...(running ?? [
    { level: 'ok', what: `no Orrery answers at ${config.server.host}:${config.server.port}; trying what a start needs` } as const,
    ...(await examinePorts(config)),
    ...(await examineStore(config, doFetch)),
  ]));
  for (const finding of findings) out.write(printFinding(finding));
  return findings.every((finding) => finding.level !== 'problem');
}
