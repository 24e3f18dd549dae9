import type { Server } from 'node:net';

/** A listening receiver. */
export interface Receiver {
  /** `host:port`, with the port that was really taken. */
  readonly address: string;
  /** Takes nothing new, lets what is in flight finish for at most `graceMs`, then cuts it off. */
  stop(graceMs: number): Promise<void>;
}

/** Binds a server and gives `host:port`. @throws the bind error, naming the address. */
export function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      resolve(`${host.includes(':') ? `[${host}]` : host}:${bound}`);
    });
  });
}
