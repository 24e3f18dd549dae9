import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { pino } from 'pino';
import type { AccessLog } from '../model/access-log.ts';
import type { Rejection, SourceReport } from '../model/source-report.ts';
import { MemorySink } from '../prometheus/memory-sink-fixture.ts';
import { Overloaded } from '../pipeline/sink.ts';
import { ProtoWriter } from '../wire/proto-writer.ts';
import { AccessLogIntake } from './access-log-intake.ts';
import { readStream, SharedWindow } from './access-log-stream.ts';

const nowMs = 1_800_000_000_000;

/** A message of one HTTP entry that began at `seconds`, with or without the node that sends it. */
function message(seconds: number, node = 'sidecar~10.0.0.1~web-1.shop~shop.svc.cluster.local'): Buffer {
  const w = new ProtoWriter();
  if (node !== '') w.message(1, (identifier) => identifier.message(1, (one) => one.string(1, node).string(2, 'web.shop')).string(2, 'http_als'));
  return w.message(2, (logs) => logs.message(1, (entry) => entry.message(1, (common) => common.message(5, (time) => time.int64(1, seconds))))).finish();
}

function intakeOver(accessLogs: (rows: readonly AccessLog[]) => Promise<void>): { intake: AccessLogIntake; total: () => Partial<SourceReport>; rejections: Rejection[] } {
  const reports: SourceReport[] = [], rejections: Rejection[] = [];
  const sink = Object.assign(new MemorySink(), { accessLogs });
  const log = { report: (row: SourceReport) => void reports.push(row), reject: (row: Rejection) => void rejections.push(row) };
  const intake = new AccessLogIntake({ tenant: 't', sink, log, logger: pino({ level: 'silent' }), now: () => nowMs });
  return {
    intake, rejections,
    total() {
      intake.report.flush(log, nowMs);
      const sum = (of: (one: SourceReport) => number): number => reports.reduce((all, one) => all + of(one), 0);
      return { received: sum((one) => one.received), stored: sum((one) => one.stored), rejected: sum((one) => one.rejected), dropped: sum((one) => one.dropped) };
    },
  };
}

it('only the first message names its sender', async () => {
  const stored: AccessLog[] = [];
  const { intake, total } = intakeOver(async (rows) => void stored.push(...rows));
  const stream = { proxy: null };
  await intake.take(message(1_799_999_990), stream);
  await intake.take(message(1_799_999_991, ''), stream);
  expect(stored.map(({ nodeAddress, logName, entity }) => [nodeAddress, logName, entity.app])).toEqual([['10.0.0.1', 'http_als', 'web'], ['10.0.0.1', 'http_als', 'web']]);
  expect(total()).toEqual({ received: 2, stored: 2, rejected: 0, dropped: 0 });
});

it('bad input is named and counted, the rest stands', async () => {
  const { intake, total, rejections } = intakeOver(() => Promise.resolve());
  const stream = { proxy: null };
  await intake.take(message(1_799_999_990, ''), stream);
  await intake.take(Buffer.from([0x0a, 0x7f]), stream);
  await intake.take(message(0), stream);
  await intake.take(message(1_799_999_990, ''), stream);
  expect(rejections.map(({ reason, count }) => [reason, count])).toEqual([['the stream has not named its node', 1], ['message is not decodable', 1], ['start time is missing', 1]]);
  expect(total()).toEqual({ received: 4, stored: 1, rejected: 3, dropped: 0 });
});

it('entries that end too long ago to become edges are stored and told', async () => {
  const { intake, total, rejections } = intakeOver(() => Promise.resolve());
  await intake.take(message(nowMs / 1000 - 7 * 3600), { proxy: null });
  await intake.take(message(nowMs / 1000 - 5 * 3600), { proxy: null });
  expect(rejections).toMatchObject([{ reason: 'older than 6 h when it came: stored, but in no edge', count: 1 }]);
  expect(total()).toEqual({ received: 2, stored: 2, rejected: 0, dropped: 0 });
});

it('a full queue is waited for; what is given up is counted as dropped', async () => {
  let tries = 0;
  const busy = intakeOver(() => (++tries < 3 ? Promise.reject(new Overloaded(1)) : Promise.resolve()));
  await busy.intake.take(message(1_799_999_990), { proxy: null });
  expect(busy.total()).toEqual({ received: 1, stored: 1, rejected: 0, dropped: 0 });

  const full = intakeOver(() => Promise.reject(new Overloaded(60_000)));
  const taken = full.intake.take(message(1_799_999_990), { proxy: null });
  full.intake.giveUp();
  await taken;
  expect(full.total()).toEqual({ received: 1, stored: 0, rejected: 0, dropped: 1 });
});

/** Remembers whether it is held back. */
class FakeStream extends EventEmitter {
  held = false;
  pause(): void { this.held = true; }
  resume(): void { this.held = false; }
}

it('a stream is held back while its own messages, or those of all, are too many', async () => {
  const window = new SharedWindow(10), options = { maxInWork: 2, window, renewAfterMs: 1e9, quietMs: 1e6 };
  const settle: (() => void)[] = [];
  const take = (): Promise<void> => new Promise((done) => settle.push(done));
  const [one, other] = [new FakeStream(), new FakeStream()];
  const running = [one, other].map((stream) => readStream(stream, take, options));
  one.emit('data', Buffer.alloc(4));
  expect(one.held).toBe(false);
  one.emit('data', Buffer.alloc(4));
  expect(one.held).toBe(true);
  other.emit('data', Buffer.alloc(4));
  expect(other.held).toBe(true);
  settle[0]!();
  await Promise.resolve();
  await Promise.resolve();
  expect([one.held, other.held]).toEqual([false, false]);
  one.emit('end');
  other.emit('cancelled');
  for (const done of settle) done();
  await Promise.all(running.map(({ ended }) => ended));
});

it('a stream that is to end does so once it is quiet and all is settled', async () => {
  const stream = new FakeStream();
  let settle: () => void = () => undefined, isOver = false;
  const running = readStream(stream, () => new Promise((done) => { settle = done; }), { maxInWork: 2, window: new SharedWindow(10), renewAfterMs: 1e9, quietMs: 1 });
  void running.ended.then(() => { isOver = true; });
  stream.emit('data', Buffer.alloc(1));
  running.end();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isOver).toBe(false);
  settle();
  await running.ended;
});
