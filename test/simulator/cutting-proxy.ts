import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy that does to connections what networks do. */
export interface CuttingProxy {
  readonly port: number;
  /** Open connections of clients. */
  connections(): number;
  /** Resets every connection. */
  cut(): void;
  /** Open connections stay open and carry nothing more, ever; new ones work. */
  swallow(): void;
  /** From now on new connections are refused, or not. */
  refuse(refused: boolean): void;
  stop(): Promise<void>;
}

interface Pair { readonly client: Socket; readonly server: Socket; swallowed: boolean }

/** Starts a proxy on a free port of loopback to another port of it. */
export async function startCuttingProxy(targetPort: number): Promise<CuttingProxy> {
  const pairs = new Set<Pair>();
  let isRefusing = false;
  const listener = createServer((client) => {
    if (isRefusing) return void client.resetAndDestroy();
    const server = connect(targetPort, '127.0.0.1'), pair: Pair = { client, server, swallowed: false };
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    client.on('data', (bytes) => void (pair.swallowed || server.write(bytes)));
    server.on('data', (bytes) => void (pair.swallowed || client.write(bytes)));
    for (const socket of [client, server]) {
      socket.on('error', () => undefined);
      // The end of one side is not told to the other through a connection that carries nothing.
      socket.on('close', () => void (pair.swallowed && socket === server ? pairs.delete(pair) : end()));
    }
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    connections: () => pairs.size,
    cut() {
      for (const { client, server } of pairs) {
        client.resetAndDestroy();
        server.destroy();
      }
    },
    swallow() {
      for (const pair of pairs) pair.swallowed = true;
    },
    refuse(refused) {
      isRefusing = refused;
    },
    async stop() {
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
      listener.close();
      await once(listener, 'close');
    },
  };
}
