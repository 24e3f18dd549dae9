import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeConfig } from '@orrery/collectors/store/config';
import { openStore } from '@orrery/collectors/store/open-store';
import type { Store } from '@orrery/collectors/store/store';
import { application, type Entity } from '@orrery/collectors/model/entity';
import { SpanStatus, type Span, type SpanKind } from '@orrery/collectors/model/span';
import { pino, type Logger } from 'pino';
import type { LeasedJob } from './leased-job.ts';

/** For tests: a real engine on a directory of its own. */
export const silent: Logger = pino({ level: 'silent' });

export interface TestStore { readonly store: Store; close(): Promise<void> }

/** Starts it; `close` ends it and removes the directory. */
export async function openTestStore(): Promise<TestStore> {
  const dataDir = mkdtempSync(join(tmpdir(), 'orrery-jobs-'));
  const store = await openStore(storeConfig.parse({ dataDir, engine: { memoryMb: 1024 } }), silent);
  return {
    store,
    async close() {
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Runs a job until nothing waits: one run takes as much as it has time for. */
export async function untilIdle(job: LeasedJob): Promise<void> {
  for (let pending = 1, runs = 0; pending > 0 || runs < 2; runs++) ({ pending } = await job.run());
}

export const hexId = (n: number, digits: number): string => n.toString(16).padStart(digits, '0');

/** A span in few words; `at` in Unix ms. */
export function span(spec: { trace: number; id: number; parent?: number; app: string | Entity; kind: SpanKind; at: number; ms?: number } & Partial<Span>): Span {
  const { trace, id, parent, app, at, ms = 5, ...rest } = spec;
  return {
    tenant: 't', traceId: hexId(trace + 1, 32), spanId: hexId(id, 16), parentSpanId: parent === undefined ? '' : hexId(parent, 16), traceState: '',
    name: 'GET /', entity: typeof app === 'string' ? application('c', 'shop', app) : app,
    startNs: BigInt(Math.round(at * 1000)) * 1000n, durationNs: BigInt(Math.round(ms * 1e6)),
    status: SpanStatus.unset, statusMessage: '', httpStatus: 0, grpcStatus: -1, httpMethod: '', route: '',
    peerService: '', serverAddress: '', serverPort: 0, networkPeerAddress: '', dbSystem: '', dbNamespace: '', messagingSystem: '', messagingDestination: '',
    isProxy: false, upstreamCluster: '', sampleWeight: 1, resourceAttributes: new Map(), attributes: new Map(), events: [], links: [],
    ...rest,
  };
}
