import { request } from 'node:http';
import { createServer } from 'node:net';
import type { EngineUser } from './engine-config.ts';

/** A port of 127.0.0.1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address !== null ? done(address.port) : fail(new Error('no port'))));
    });
  });
}

/** Whether the engine behind the port takes this login: a stranger on the same port does not. */
export function answers(port: number, pathname: string, user: EngineUser): Promise<boolean> {
  return new Promise((done) => {
    const asked = request({ host: '127.0.0.1', port, path: `${pathname}/`, method: 'POST', auth: `${user.name}:${user.password}`, timeout: 1_000, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        if (text.length < 16) text += chunk;
      });
      answer.once('end', () => done(answer.statusCode === 200 && text === '1\n'));
      answer.once('error', () => done(false));
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => done(false));
    asked.end('SELECT 1');
  });
}
