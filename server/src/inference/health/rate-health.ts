import { Health } from '../graph.ts';
import { listed, type Counts } from '../counts.ts';
import { tenthsOf } from '../round.ts';
import type { CodeCounts } from './code-counts.ts';
import { defaultHealthRate, syntheticCode, type HealthConfig, type HealthRate } from './tolerance.ts';

/** Whether codes are those that an end served or those that it got. */
export type Direction = 'inbound' | 'outbound';

/** What is judged: Kiali matches rates by namespace, kind and name. */
export interface Judged { readonly namespace: string; readonly kind: string; readonly name: string }

/** What the codes of one end come to. */
export interface Verdict {
  readonly health: Health;
  /** Share that decided, in per cent. */
  readonly percent: number;
  /** `12.4 % 5xx`; '' when healthy. */
  readonly reason: string;
}

/** Judges codes by the tolerances that apply to an end. */
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
  const known = new WeakMap<Judged, CompiledRate | null>();
  const matching = (judged: Judged): CompiledRate | null => {
    let rate = known.get(judged);
    if (rate === undefined) known.set(judged, (rate = rates.find((one) => one.namespace.test(judged.namespace) && one.kind.test(judged.kind) && one.name.test(judged.name)) ?? null));
    return rate;
  };
  // The default one matches whatever there is.
  const rateOf = rates.length === 1 ? () => rates[0]! : matching;
  return (judged, direction, codes) => {
    if (codes.size === 0) return notAvailable;
    const rate = rateOf(judged);
    let verdict = healthy;
    for (let i = 0; i < protocols.length; i++) {
      const protocol = protocols[i]!, counts = codes.get(protocol), rules = rate?.rules[direction][protocol];
      if (counts && rules) verdict = worst(verdict, rules.judge(counts));
    }
    return verdict;
  };
}

type Protocol = (typeof protocols)[number];

interface CompiledRate {
  readonly namespace: RegExp;
  readonly kind: RegExp;
  readonly name: RegExp;
  readonly rules: Readonly<Record<Direction, Readonly<Record<Protocol, ProtocolRules>>>>;
}

function compileRate(rate: HealthRate): CompiledRate {
  const compiled = rate.tolerance.map(({ protocol, direction, code, degraded, failure }) => (
    { protocol: whole(protocol), direction: whole(direction), code: whole(code.replace(/X/gi, '\\d')), degraded, failure }));
  const about = (direction: Direction, protocol: Protocol): ProtocolRules =>
    new ProtocolRules(protocol, compiled.filter((one) => one.protocol.test(protocol) && one.direction.test(direction)));
  const of = (direction: Direction): Record<Protocol, ProtocolRules> =>
    ({ http: about(direction, 'http'), grpc: about(direction, 'grpc'), tcp: about(direction, 'tcp'), other: about(direction, 'other') });
  return { namespace: whole(rate.namespace), kind: whole(rate.kind), name: whole(rate.name), rules: { inbound: of('inbound'), outbound: of('outbound') } };
}

interface CompiledTolerance { readonly code: RegExp; readonly degraded: number; readonly failure: number }

/** What the tolerances of a protocol say of a code. */
interface KnownCode {
  /** Indexes of those that name it. */
  readonly namedBy: readonly number[];
  /** No failure, whatever names it: where there is no other code, all is well. */
  readonly isFine: boolean;
  /** Reasons by tenths of a per cent. */
  readonly reasons: string[];
}

/** Codes come from telemetry: what is remembered of them is bounded. */
const codesRemembered = 256;

/** Tolerances of one protocol and direction. Keeps what it knows of codes: each of 20,000 edges is judged twice. */
class ProtocolRules {
  readonly #protocol: Protocol;
  readonly #tolerances: readonly CompiledTolerance[];
  readonly #known = new Map<string, KnownCode>();
  /** Of each tolerance, counts of the edge at hand that it names; and the code with the most of them. */
  readonly #matching: Float64Array;
  readonly #most: Float64Array;
  readonly #mostCode: string[];

  constructor(protocol: Protocol, tolerances: readonly CompiledTolerance[]) {
    this.#protocol = protocol;
    this.#tolerances = tolerances;
    this.#matching = new Float64Array(tolerances.length);
    this.#most = new Float64Array(tolerances.length);
    this.#mostCode = tolerances.map(() => '');
  }

  judge(counts: Counts<string>): Verdict {
    const matching = this.#matching, most = this.#most, mostCode = this.#mostCode;
    let total = 0, allFine = true;
    for (let i = 0; i < matching.length; i++) matching[i] = most[i] = 0;
    const { keys, counts: each, from, to } = listed(counts);
    for (let at = from; at < to; at++) {
      const code = keys[at]!, count = each[at]!, { namedBy, isFine } = this.#of(code);
      total += count;
      if (!isFine) allFine = false;
      for (let n = 0; n < namedBy.length; n++) {
        const i = namedBy[n]!;
        matching[i]! += count;
        if (count < most[i]! || (count === most[i] && code >= mostCode[i]!)) continue;
        most[i] = count;
        mostCode[i] = code;
      }
    }
    let verdict = healthy;
    if (allFine) return verdict;
    for (let i = 0; i < matching.length; i++) {
      const { degraded, failure } = this.#tolerances[i]!, share = matching[i]! / total, percent = share * 100;
      if (matching[i]! > 0 && (percent >= degraded || percent >= failure)) verdict = worst(verdict, this.#verdict(failure, share, mostCode[i]!));
    }
    return verdict;
  }

  #verdict(failure: number, share: number, code: string): Verdict {
    const percent = share * 100, { reasons } = this.#of(code), tenths = tenthsOf(share);
    return { health: percent >= failure ? Health.failure : Health.degraded, percent, reason: (reasons[tenths] ??= `${tenths === 0 ? '< 0.1' : (tenths / 10).toFixed(1)} % ${whatText(this.#protocol, code)}`) };
  }

  #of(code: string): KnownCode {
    const known = this.#known.get(code);
    if (known) return known;
    const fresh: KnownCode = { namedBy: [...this.#tolerances.keys()].filter((i) => this.#tolerances[i]!.code.test(code)), isFine: fineCodes.has(code), reasons: [] };
    if (this.#known.size < codesRemembered) this.#known.set(code, fresh);
    return fresh;
  }
}

/** Configured tolerances can only name failures. */
const fineCodes: ReadonlySet<string> = new Set(['200', '0', syntheticCode.ok]);

function whatText(protocol: Protocol, code: string): string {
  if (code === '-') return 'no response';
  if (code === syntheticCode.failed) return 'connections failed';
  if (code === syntheticCode.dropped) return 'dropped';
  if (protocol === 'grpc') return `gRPC ${code}`;
  return protocol === 'http' ? `${code.slice(0, 1)}xx` : 'errors';
}

/** Kiali anchors its expressions. */
function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}
