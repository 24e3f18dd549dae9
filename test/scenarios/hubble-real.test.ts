import { hubbleConfig } from '@orrery/collectors/hubble/config';
import { startHubble } from '@orrery/collectors/hubble/start-hubble';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleLines, samplesMissing } from './hubble-samples.ts';
import { flowSink, until } from './hubble-sink.ts';

const parts = process.env['REAL_PARTS'] ?? '/nowhere';
const missing = samplesMissing || (existsSync(join(parts, 'hubble-relay')) && existsSync(join(parts, 'hubble-observer')) ? '' : 'no `hubble-relay` and `hubble-observer` in $REAL_PARTS');

const running: ChildProcess[] = [];
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orrery-hubble-'));
});
afterEach(async () => {
  for (const child of running.splice(0)) await kill(child);
  await rm(folder, { recursive: true });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function start(name: string, ...args: string[]): ChildProcess {
  const child = spawn(join(parts, name), args, { stdio: ['pipe', 'ignore', 'ignore'] });
  running.push(child);
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** An agent's ring gives out an event when the next one is written: the newest is always still to come. */
const heldBack = 1;

/** Real flows of 2021, told as if they were seen now, one every millisecond; every record differs. */
function retimed(count: number, fromMs: number): string[] {
  const lines = (['tcp', 'udp', 'http', 'dns', 'redirected'] as const).flatMap((name) => sampleLines(name));
  return Array.from({ length: count }, (_, i) => {
    const time = new Date(fromMs + i).toISOString();
    return JSON.stringify({ flow: { ...lines[i % lines.length]?.flow, time }, node_name: 'node-a', time });
  });
}

const relayArgs = (port: number, observer: number): string[] => [
  'serve', '--disable-client-tls', '--disable-server-tls', '--listen-address', `127.0.0.1:${port}`, '--peer-service', `127.0.0.1:${observer}`, '--retry-timeout', '500ms', '--gops=false',
];

describe.skipIf(missing !== '')(`the real relay and observer${missing === '' ? '' : ` (skipped: ${missing})`}`, () => {
  it('are followed through the death of the relay: every flow is stored once', async () => {
    const [observerPort, relayPort] = [await freePort(), await freePort()];
    const file = join(folder, 'flows.jsonl');
    await writeFile(file, `${retimed(1000, Date.now() - 10_000).join('\n')}\n`);
    const observer = start('hubble-observer', `127.0.0.1:${observerPort}`, 'node-a', file);
    const relay = start('hubble-relay', ...relayArgs(relayPort, observerPort));
    const sink = flowSink();
    const source = await startHubble(hubbleConfig.parse({ relays: [{ address: `127.0.0.1:${relayPort}` }] }), sink.deps);
    await until(() => sink.rows.size === 1000 - heldBack);

    observer.stdin?.write(`${retimed(500, Date.now()).join('\n')}\n`);
    await until(() => sink.rows.size > 1000);
    await kill(relay);
    observer.stdin?.write(`${retimed(500, Date.now() + 1000).join('\n')}\n`);
    start('hubble-relay', ...relayArgs(relayPort, observerPort));
    await until(() => sink.rows.size === 2000 - heldBack);
    await source.stop();

    expect(sink.rejections).toEqual([]);
    expect(sink.total('lostUpstream')).toBe(0);
    expect(sink.total('received')).toBe(sink.total('stored'));
    expect(sink.reports.some((report) => report.up === 0 && report.error !== '')).toBe(true);
    const roles = new Set([...sink.rows.values()].map((row) => row.role));
    expect(roles).toEqual(new Set(['open', 'response', 'other']));
  });

  it('say how many flows were lost when the ring of the agent overflows while the store hangs', async () => {
    const observerPort = await freePort();
    const file = join(folder, 'flows.jsonl');
    await writeFile(file, `${retimed(10, Date.now() - 1000).join('\n')}\n`);
    const observer = start('hubble-observer', `127.0.0.1:${observerPort}`, 'node-a', file);
    const sink = flowSink();
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    // The agent's own API is the relay's: it can be followed without one.
    const source = await startHubble(hubbleConfig.parse({ relays: [{ address: `127.0.0.1:${observerPort}` }] }), sink.deps);
    await until(() => sink.rows.size === 10 - heldBack);
    sink.beforeStore = () => held;
    const fed = 60_000;
    for (let from = 0; from < fed; from += 2000) {
      const text = `${retimed(2000, Date.now() + from).join('\n')}\n`;
      await new Promise<void>((resolve) => observer.stdin?.write(text, () => resolve()));
    }
    release();
    await until(() => sink.batches.reduce((sum, size) => sum + size, 0) > 20_000);
    // Flows go on, so the observer finds out what its ring no longer holds; it gathers losses before it tells of them.
    let extra = 0;
    await until(() => {
      extra += 10;
      observer.stdin?.write(`${retimed(10, Date.now() + 1e6 + extra).join('\n')}\n`);
      return sink.total('lostUpstream') > 0 && sink.rows.size + sink.total('lostUpstream') >= fed;
    });
    await source.stop();
    expect(sink.total('received')).toBe(sink.total('stored'));
    expect(sink.rows.size).toBeLessThan(fed);
  });
});
