import { Health } from '../graph.ts';
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
  const rates = [...config.rate, defaultHealthRate].map(compileRate);
  return (judged, direction, codes) => {
    if (codes.size === 0) return notAvailable;
    const rate = rates.find((one) => one.namespace.test(judged.namespace) && one.kind.test(judged.kind) && one.name.test(judged.name));
    let verdict = healthy;
    for (const protocol of protocols) {
      const counts = codes.get(protocol);
      if (!counts || everyCodeTolerated(counts)) continue;
      for (const tolerance of rate?.tolerance ?? []) {
        if (tolerance.protocol.test(protocol) && tolerance.direction.test(direction)) verdict = worst(verdict, judge(tolerance, protocol, counts));
      }
    }
    return verdict;
  };
}

/** Most edges have nothing but this; it spares them the expressions. Configured tolerances can only name failures. */
function everyCodeTolerated(counts: ReadonlyMap<string, number>): boolean {
  for (const code of counts.keys()) if (code !== '200' && code !== '0' && code !== syntheticCode.ok) return false;
  return true;
}

function judge(tolerance: CompiledTolerance, protocol: string, counts: ReadonlyMap<string, number>): Verdict {
  let total = 0, matching = 0, most = 0, mostCode = '';
  for (const [code, count] of counts) {
    total += count;
    if (!tolerance.code.test(code)) continue;
    matching += count;
    if (count > most || (count === most && code < mostCode)) [most, mostCode] = [count, code];
  }
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

interface CompiledTolerance { readonly code: RegExp; readonly protocol: RegExp; readonly direction: RegExp; readonly degraded: number; readonly failure: number }

function compileRate(rate: HealthRate): { namespace: RegExp; kind: RegExp; name: RegExp; tolerance: CompiledTolerance[] } {
  return { namespace: whole(rate.namespace), kind: whole(rate.kind), name: whole(rate.name), tolerance: rate.tolerance.map(compileTolerance) };
}

function compileTolerance(tolerance: Tolerance): CompiledTolerance {
  return { code: whole(tolerance.code.replace(/X/gi, '\\d')), protocol: whole(tolerance.protocol), direction: whole(tolerance.direction), degraded: tolerance.degraded, failure: tolerance.failure };
}

/** Kiali anchors its expressions. */
function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}
