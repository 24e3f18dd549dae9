import { hubbleConfig } from '@orrery/collectors/hubble/config';
import { startHubble } from '@orrery/collectors/hubble/start-hubble';
import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sampleFiles, sampleLines, samplesMissing, sampleText, type SampleName } from './hubble-samples.ts';
import { flowSink, until } from './hubble-sink.ts';

let folder = '';
const stops: (() => Promise<void>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orrery-hubble-'));
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await rm(folder, { recursive: true });
});

function line(id: number): string {
  return `${JSON.stringify({ flow: { time: '2026-03-01T00:00:00Z', uuid: `flow-${id}`, verdict: 'FORWARDED', IP: { source: '10.0.0.1', destination: '10.0.0.2' } }, node_name: 'node-a' })}\n`;
}

function lines(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, i) => line(from + i)).join('');
}

async function tail(path: string) {
  const sink = flowSink();
  const source = await startHubble(hubbleConfig.parse({ files: [path] }), sink.deps);
  const stop = () => source.stop();
  stops.push(stop);
  return { sink, stop };
}

it('follows a file as it grows, in pieces that cut lines, and names bad lines', async () => {
  const path = join(folder, 'events.log');
  await writeFile(path, `${lines(0, 100)}not json\n\n{"flow":{"verdict":7.5}}\n`);
  const { sink, stop } = await tail(path);
  await until(() => sink.rows.size === 100 && sink.rejections.length === 2);
  const next = lines(100, 110);
  await appendFile(path, next.slice(0, 300));
  await until(() => sink.rows.size > 100);
  await appendFile(path, next.slice(300));
  await until(() => sink.rows.size === 110);
  await stop();
  stops.pop();
  expect(sink.rejections.map((one) => [one.reason, one.sample])).toEqual([
    ['not JSON', 'not json'],
    ['verdict is not an unsigned 32-bit integer', '{"flow":{"verdict":7.5}}'],
  ]);
  expect([sink.total('received'), sink.total('stored'), sink.total('rejected')]).toEqual([112, 110, 2]);
});

it('goes on through rotation and truncation without reading again what it has', async () => {
  const path = join(folder, 'events.log');
  await writeFile(path, lines(0, 50));
  const { sink } = await tail(path);
  await until(() => sink.rows.size === 50);
  await appendFile(path, lines(50, 60));
  await rename(path, `${path}.1`);
  await writeFile(path, lines(60, 100));
  await until(() => sink.rows.size === 100);
  await truncate(path);
  await appendFile(path, lines(100, 105));
  await until(() => sink.rows.size === 105);
  expect(sink.batches.reduce((sum, size) => sum + size, 0)).toBe(105);
});

it('waits for a file that is not there yet, and says so', async () => {
  const path = join(folder, 'later.log');
  const { sink } = await tail(path);
  await until(() => sink.reports.some((report) => report.up === 0 && report.error === 'ENOENT'));
  await writeFile(path, lines(0, 3));
  await until(() => sink.rows.size === 3 && sink.reports.some((report) => report.up === 1));
});

it('bounds a line without end', async () => {
  const path = join(folder, 'events.log');
  await writeFile(path, `${'x'.repeat((1 << 20) + 5)}\n${lines(0, 2)}`);
  const { sink } = await tail(path);
  await until(() => sink.rows.size === 2);
  expect(sink.rejections.map((one) => one.reason)).toEqual(['the line is too long']);
});

it.skipIf(samplesMissing !== '')(`stores 1,855 different real flows from ten files${samplesMissing === '' ? '' : ` (skipped: ${samplesMissing})`}`, async () => {
  const path = join(folder, 'events.log');
  const names = Object.keys(sampleFiles) as SampleName[];
  await writeFile(path, names.map((name) => `${sampleText(name).trim()}\n`).join(''));
  const { sink } = await tail(path);
  const all = names.reduce((sum, name) => sum + sampleLines(name).length, 0);
  expect(all).toBe(1922);
  await until(() => sink.batches.reduce((sum, size) => sum + size, 0) === all);
  expect(sink.rows.size).toBe(1855);
});
