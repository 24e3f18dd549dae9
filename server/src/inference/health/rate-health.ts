import { Health } from '../graph.ts';
import type { Counts } from '../counts.ts';
import type { CodeCounts } from './code-counts.ts';
import { defaultHealthRate, syntheticCode, type HealthConfig, type HealthRate, type Tolerance } from './tolerance.ts';

export type Direction = 'inbound' | 'outbound';

/** What is judged: Kiali matches rates by namespace, kind and name. */
export interface Judged { readonly namespace: string; readonly kind: string; readonly name: string }

export interface Verdict {
  readonly health: Health;
  /** Share that decided, in per cent. */
  readonly percent: number;
  /** `12.4 % 5xx`; '' when healthy. */
  readonly reason: string;
}

export type HealthJudge = (judged: Judged, direction: Direction, codes: CodeCounts) => Verdict;

/** In the order in which equally bad ones are named. */
const protocols = ['http', 'grpc', 'tcp', 'other'] as const;
const severity: Readonly<Record<Health, number>> = { NA: 0, Healthy: 1, NotReady: 2, Degraded: 3, Failure: 4 };
/** Nothing failed, or nothing was measured. */
export const wellVerdict = (measured: boolean): Verdict => (measured ? healthy : notAvailable);

const healthy: Verdict = { health: Health.healthy, percent: 0, reason: '' };
const notAvailable: Verdict = { health: Health.na, percent: 0, reason: '' };

/** The worse of two: by health, then by share; of equals the first. */
export function worst(a: Verdict, b: Verdict): Verdict {
  return (severity[b.health] - severity[a.health] || b.percent - a.percent) > 0 ? b : a;
}

/**
 * Judges by Kiali's rule (`business/health_calculator.go`): for each tolerance the share of matching codes among all codes of the
 * protocol and direction; ≥ failure → Failure, ≥ degraded → Degraded, none → Healthy; the worst wins. No codes: NA.
 * The default rate applies where no configured one matches.
 */
export function healthJudge(config: HealthConfig): HealthJudge {
  let judge = judges.get(config);
  if (!judge) judges.set(config, (judge = makeJudge(config)));
  return judge;
}

const judges = new WeakMap<HealthConfig, HealthJudge>();

function makeJudge(config: HealthConfig): HealthJudge {
  const rates = [...config.rate, defaultHealthRate].map(compileRate);
  const rateOf = new WeakMap<Judged, CompiledRate | null>();
  return (judged, direction, codes) => {
    if (codes.size === 0) return notAvailable;
    let rate = rateOf.get(judged);
    if (rate === undefined) rateOf.set(judged, (rate = rates.find((one) => one.namespace.test(judged.namespace) && one.kind.test(judged.kind) && one.name.test(judged.name)) ?? null));
    let verdict = healthy;
    for (const protocol of protocols) {
      const counts = codes.get(protocol);
      if (!counts || everyCodeTolerated(counts)) continue;
      for (const tolerance of rate?.tolerance[direction][protocol] ?? []) verdict = worst(verdict, judge(tolerance, protocol, counts));
    }
    return verdict;
  };
}

/** Most edges have nothing but this; it spares them the expressions. Configured tolerances can only name failures. */
function everyCodeTolerated(counts: Counts<string>): boolean {
  let tolerated = true;
  counts.forEach((_, code) => { if (code !== '200' && code !== '0' && code !== syntheticCode.ok) tolerated = false; });
  return tolerated;
}

function judge(tolerance: CompiledTolerance, protocol: string, counts: Counts<string>): Verdict {
  let total = 0, matching = 0, most = 0, mostCode = '';
  counts.forEach((count, code) => {
    total += count;
    if (!tolerance.names(code)) return;
    matching += count;
    if (count > most || (count === most && code < mostCode)) [most, mostCode] = [count, code];
  });
  if (matching <= 0) return healthy;
  const percent = (matching / total) * 100;
  const health = percent >= tolerance.failure ? Health.failure : percent >= tolerance.degraded ? Health.degraded : Health.healthy;
  return health === Health.healthy ? healthy : { health, percent, reason: `${percentText(percent)} % ${whatText(protocol, mostCode)}` };
}

function percentText(percent: number): string {
  return percent < 0.1 ? '< 0.1' : percent.toFixed(1);
}

function whatText(protocol: string, code: string): string {
  if (code === '-') return 'no response';
  if (code === syntheticCode.failed) return 'connections failed';
  if (code === syntheticCode.dropped) return 'dropped';
  if (protocol === 'grpc') return `gRPC ${code}`;
  return protocol === 'http' ? `${code.slice(0, 1)}xx` : 'errors';
}

type Protocol = (typeof protocols)[number];

interface CompiledTolerance { readonly names: (code: string) => boolean; readonly degraded: number; readonly failure: number }

interface CompiledRate {
  readonly namespace: RegExp;
  readonly kind: RegExp;
  readonly name: RegExp;
  readonly tolerance: Readonly<Record<Direction, Readonly<Record<Protocol, readonly CompiledTolerance[]>>>>;
}

function compileRate(rate: HealthRate): CompiledRate {
  const compiled = rate.tolerance.map((tolerance) => ({ protocol: whole(tolerance.protocol), direction: whole(tolerance.direction), ...compileTolerance(tolerance) }));
  const about = (direction: Direction, protocol: Protocol): CompiledTolerance[] => compiled.filter((one) => one.protocol.test(protocol) && one.direction.test(direction));
  const of = (direction: Direction): Record<Protocol, CompiledTolerance[]> =>
    ({ http: about(direction, 'http'), grpc: about(direction, 'grpc'), tcp: about(direction, 'tcp'), other: about(direction, 'other') });
  return { namespace: whole(rate.namespace), kind: whole(rate.kind), name: whole(rate.name), tolerance: { inbound: of('inbound'), outbound: of('outbound') } };
}

/** Codes come from telemetry: what is remembered of them is bounded. */
const codesRemembered = 256;

function compileTolerance({ code: pattern, degraded, failure }: Tolerance): CompiledTolerance {
  const expression = whole(pattern.replace(/X/gi, '\\d')), known = new Map<string, boolean>();
  const names = (code: string): boolean => {
    let does = known.get(code);
    if (does !== undefined) return does;
    does = expression.test(code);
    if (known.size < codesRemembered) known.set(code, does);
    return does;
  };
  return { names, degraded, failure };
}

/** Kiali anchors its expressions. */
function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}
