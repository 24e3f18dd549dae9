import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { HubbleFlowInput } from './encode-flow.ts';
import { startHubbleRelay, type HubbleRelay } from './hubble-relay.ts';

const samples = join(import.meta.dirname, '../../../shared/data/other-meshes/hubble');
const cli = join(process.env['REAL_PARTS'] ?? '/nowhere', 'hubble');
const missing = !existsSync(samples) ? 'the samples are absent' : !existsSync(cli) ? 'no `hubble` in $REAL_PARTS' : '';

const relays: HubbleRelay[] = [];
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
});

describe.skipIf(missing !== '')(`the relay seen by the real hubble CLI${missing === '' ? '' : ` (skipped: ${missing})`}`, () => {
  it('serves every field of real flows', async () => {
    const relay = await startHubbleRelay({ port: 0, nodeName: 'node-a' });
    relays.push(relay);
    const files = ['basic-sample-400-tcp-flows.json', 'basic-sample-330-dns-flows.json', 'basic-sample-348-http-flows.json', 'basic-sample-400-icmpv4-flows.json', 'hubble-export-1.19.jsonl'];
    const pushed = files.flatMap((file) => readFileSync(join(samples, file), 'utf8').trim().split('\n')).map((line) => (JSON.parse(line) as { flow: HubbleFlowInput }).flow);
    for (const flow of pushed) relay.push(flow);

    const seen = await observe(relay, '--first', '4000');
    expect(seen.length).toBe(pushed.length);
    expect(seen).toEqual(pushed.map(withShortTimes));
    expect(await observe(relay, '--last', '3')).toEqual(pushed.slice(-3).map(withShortTimes));
  });

  it('gives what is not older than `since`', async () => {
    const relay = await startHubbleRelay({ port: 0, nodeName: 'node-a' });
    relays.push(relay);
    for (let second = 10; second < 20; second++) relay.push({ time: `2026-01-01T00:00:${second}Z`, verdict: 'FORWARDED', uuid: String(second) });
    const seen = await observe(relay, '--since', '2026-01-01T00:00:17Z');
    expect(seen.map((flow) => flow.uuid)).toEqual(['17', '18', '19']);
  });
});

async function observe(relay: HubbleRelay, ...args: string[]): Promise<HubbleFlowInput[]> {
  const { stdout } = await promisify(execFile)(cli, ['observe', '--server', relay.address, '-o', 'json', ...args], { maxBuffer: 64 << 20 });
  return stdout.trim().split('\n').map((line) => withShortTimes((JSON.parse(line) as { flow: HubbleFlowInput }).flow));
}

/** Protobuf JSON writes fractions of seconds in groups of three digits: the same time has several texts. */
function withShortTimes(flow: HubbleFlowInput): HubbleFlowInput {
  return { ...flow, time: flow.time.replace(/\.?0*Z$/, 'Z') };
}
