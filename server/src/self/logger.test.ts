import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { createLogger } from './logger.ts';

function lines(log: (logger: ReturnType<typeof createLogger>) => void): string[] {
  const chunks: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  log(createLogger('info', sink));
  return chunks.join('').split('\n').filter((line) => line !== '');
}

it('writes one JSON object a line, whatever a value holds', () => {
  const written = lines((logger) => logger.info({ source: 'a\n{"level":"fatal"}\u2028\u001b[31m' }, 'line\nbreak'));
  expect(written).toHaveLength(1);
  expect(JSON.parse(written[0] ?? '')).toMatchObject({ level: 'info', service: 'orrery', msg: 'line\nbreak' });
});

it('keeps credentials out', () => {
  const written = lines((logger) => {
    logger.error({ err: new Error('cannot reach https://orrery:hunter2@clickhouse:8443/x', { cause: new Error('http://a:hunter2@b') }) }, 'store');
    logger.warn({ password: 'hunter2', request: { authorization: 'Bearer hunter2', cookie: 'hunter2' } }, 'x');
  }).join('\n');
  expect(written).toContain('https://[redacted]@clickhouse:8443/x');
  expect(written).not.toContain('hunter2');
});
