import type { RunningSource, SourceDeps } from '../pipeline/source-deps.ts';
import type { HubbleConfig } from './config.ts';
import { tailFile } from './tail-file.ts';
import { FlowTally } from './flow-tally.ts';
import { observeRelay } from './observe.ts';

const reportIntervalMs = 5000;

/** Follows the configured relays and export files. Resolves at once: a relay that is down is tried again and again. */
export async function startHubble(config: HubbleConfig, deps: SourceDeps): Promise<RunningSource> {
  const { cluster, clusterDomain } = config;
  const tallies: FlowTally[] = [];
  const tallyOf = (source: 'hubble' | 'flows-file', feed: string, target: string): FlowTally => {
    const tally = new FlowTally({ source, feed, target }, deps);
    tallies.push(tally);
    return tally;
  };
  const relays = config.relays.map((relay) => {
    const feed = `hubble:${relay.name ?? relay.address}`;
    const tally = tallyOf('hubble', feed, relay.address);
    return observeRelay({ relay, tally, context: { tenant: deps.tenant, feed, cluster, clusterDomain }, lookbackSeconds: config.lookbackSeconds, overlapSeconds: config.overlapSeconds }, deps);
  });
  const files = config.files.map((path) => {
    const feed = `flows-file:${path}`;
    return tailFile({ path, tally: tallyOf('flows-file', feed, path), context: { tenant: deps.tenant, feed, cluster, clusterDomain } }, deps);
  });
  const report = (): void => tallies.forEach((tally) => tally.flush());
  report();
  const timer = setInterval(report, reportIntervalMs);
  timer.unref();
  return {
    addresses: [],
    stop: async () => {
      clearInterval(timer);
      await Promise.all([...relays, ...files].map((one) => one.stop()));
      report();
    },
  };
}
