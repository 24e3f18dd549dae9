import { z } from 'zod';
import type { OrreryConfig } from '../config.ts';
import type { Finding } from './findings.ts';

const answer = z.object({
  data: z.object({
    status: z.object({ version: z.string(), storeMode: z.string(), storeReady: z.boolean(), listeners: z.array(z.object({ protocol: z.string(), address: z.string() })) }),
    dataSources: z.array(z.object({ source: z.string(), feed: z.string(), target: z.string(), state: z.string(), error: z.string(), rejected: z.number(), dropped: z.number(), newestMs: z.number().nullable() })),
    rejections: z.array(z.object({ source: z.string(), target: z.string(), reason: z.string(), count: z.number() })),
  }),
});
type Answer = z.output<typeof answer>['data'];

const query = `{ status { version storeMode storeReady listeners { protocol address } }
  dataSources(minutes: 15) { source feed target state error rejected dropped newestMs } rejections(minutes: 15, limit: 5) { source target reason count } }`;

/** They tell of changes alone: silence is no sign of anything. */
const eventful: ReadonlySet<string> = new Set(['kubernetes', 'events-http']);

/** What a running Orrery says of itself and its sources; null where none answers. */
export async function examineRunning({ server }: OrreryConfig, doFetch: typeof fetch): Promise<readonly Finding[] | null> {
  const host = server.host === '0.0.0.0' || server.host === '::' ? '127.0.0.1' : server.host;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`;
  let response: Response;
  try {
    response = await doFetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }), signal: AbortSignal.timeout(5_000) });
  } catch {
    return null;
  }
  const parsed = answer.safeParse(await response.json().catch(() => null));
  if (!parsed.success) return [{ level: 'problem', what: `${url} answers, but not as Orrery does (HTTP ${response.status})`, advice: 'look at /readyz there; if another program holds the port, change server.port' }];
  return describe(url, parsed.data.data);
}

function describe(url: string, { status, dataSources, rejections }: Answer): readonly Finding[] {
  const findings: Finding[] = [
    { level: 'ok', what: `Orrery ${status.version} runs at ${url}, listening on ${status.listeners.map(({ protocol, address }) => `${protocol} ${address}`).join(', ')}` },
    status.storeReady ? { level: 'ok', what: `the ${status.storeMode} store answers` } : { level: 'problem', what: `the ${status.storeMode} store does not answer, or takes no rows`, advice: 'is the disk full? The log has the engine\'s or server\'s last words' },
  ];
  const heard = dataSources.filter(({ state }) => state !== 'silent');
  if (heard.length === 0) findings.push({ level: 'warning', what: 'no telemetry in the last 15 minutes', advice: `point a sender at ${status.listeners[0]?.address ?? 'a listener'}, or add scrape.jobs or hubble.relays to orrery.yaml` });
  for (const source of dataSources) findings.push(sourceFinding(source));
  for (const { source, target, reason, count } of rejections) findings.push({ level: 'warning', what: `${count} × refused from ${nameOf(source, target)}: ${reason}`, advice: 'mend the sender; the console shows the first bytes under Sources' });
  return findings;
}

function sourceFinding({ source, feed, target, state, error, dropped }: Answer['dataSources'][number]): Finding {
  const name = nameOf(source, feed, target);
  if (source === 'kubernetes' && error.startsWith('not allowed')) return { level: 'warning', what: `${name}: ${error}`, advice: 'deploy/kubernetes/rbac.yaml holds the rights that it takes; without this one the rest goes on' };
  if (state === 'down') return { level: 'problem', what: `${name} is down: ${error}`, advice: 'is the target up, reachable from here, and its address right?' };
  if (dropped > 0) return { level: 'warning', what: `${name} lost ${dropped} for want of room`, advice: 'give Orrery more CPU or memory, or send less' };
  if (state === 'stale' && eventful.has(source)) return { level: 'ok', what: `${name} told of nothing new for two minutes` };
  if (state === 'stale') return { level: 'warning', what: `${name} brought nothing new for two minutes`, advice: 'does the workload have traffic; is its clock right?' };
  return { level: 'ok', what: `${name} is ${state}` };
}

function nameOf(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
