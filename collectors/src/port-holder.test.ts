import { createServer, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { listenFailure } from './listen-failure.ts';
import { listeningInodes, programName } from './port-holder.ts';

it('finds listening sockets by port in /proc/net/tcp', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1B9E 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 41 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1B9E 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 42 1 0000000000000000 20 4 30 10 -1
   2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 43 1 0000000000000000 100 0 0 10 0`;
  expect(listeningInodes(table, 7070)).toEqual(['41']);
  expect(listeningInodes(table, 22)).toEqual(['43']);
});

it('names programs without arguments that may be secret', () => {
  expect(programName('/usr/bin/node\0--flag\0server/dist/main.js\0serve\0')).toBe('node main.js');
  expect(programName('/usr/sbin/nginx\0-g\0password=x\0')).toBe('nginx');
});

it('names the port, what holds it and the setting', async () => {
  const holder = createServer();
  await new Promise<void>((done) => holder.listen(0, '127.0.0.1', done));
  const { port } = holder.address() as AddressInfo;
  const cause = await new Promise<Error>((done) => createServer().once('error', done).listen(port, '127.0.0.1'));
  const failure = listenFailure({ what: 'OTLP/HTTP', host: '127.0.0.1', port, setting: 'otlp.http.port' }, cause);
  expect(failure.message).toMatch(new RegExp(`^OTLP/HTTP cannot listen on 127\\.0\\.0\\.1:${port}: the port is taken`));
  if (process.platform === 'linux') expect(failure.message).toContain(`(pid ${process.pid})`);
  expect(failure.message).toContain('otlp.http.port');
  await new Promise((done) => holder.close(done));
});
