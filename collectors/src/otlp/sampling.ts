/** Beyond this a weight is taken for noise: one span may not claim to stand for the traffic of a whole mesh. */
export const maxSampleWeight = 2 ** 20;

/** A number of spans, or that what is there is no such number; null where nothing is there. */
type Told = number | 'malformed' | null;

/** How many spans one sampled span stands for, and what was wrong with what was said about it. */
export interface SampleWeight { readonly weight: number; readonly faults: readonly SamplingFault[] }

/** Why a word on sampling was not taken; the span then stands for itself or for what else is said of it. */
export type SamplingFault = 'tracestate ot=th is malformed: not taken' | 'sampling multiplier is not a number from 1 to 1048576: not taken';

/** Attributes by which others say for how many spans one stands: Honeycomb's and Refinery's 1-in-n. */
export const multiplierAttributes: readonly string[] = ['SampleRate'];

const noFaults: readonly SamplingFault[] = [];

/**
 * The first that is sound of: the threshold in `tracestate`, the multiplier of an attribute, the configured one of the source.
 * @param multiplier text of the attribute, `''` where there is none
 * @param configured 1 where none is
 */
export function sampleWeight(traceState: string, multiplier = '', configured = 1): SampleWeight {
  const threshold = traceState === '' ? null : thresholdOf(traceState);
  if (typeof threshold === 'number') return { weight: threshold, faults: noFaults };
  const said = multiplier === '' ? null : multiplierOf(multiplier);
  if (threshold === null && said === null) return { weight: configured, faults: noFaults };
  const faults: SamplingFault[] = threshold === 'malformed' ? ['tracestate ot=th is malformed: not taken'] : [];
  if (said === 'malformed') faults.push('sampling multiplier is not a number from 1 to 1048576: not taken');
  return { weight: typeof said === 'number' ? said : configured, faults };
}

/**
 * From the `ot` member: the rejection threshold T of `th` (1 to 14 hex digits, filled with zeros on the right to 56 bits)
 * gives 2^56 / (2^56 − T). Source: OpenTelemetry specification, «TraceState: Probability Sampling».
 */
function thresholdOf(traceState: string): Told {
  for (const member of traceState.split(',')) {
    const entry = member.trim();
    if (!entry.startsWith('ot=')) continue;
    for (const field of entry.slice(3).split(';')) {
      if (field.startsWith('th:')) return weightOfThreshold(field.slice(3));
    }
    return null;
  }
  return null;
}

function weightOfThreshold(digits: string): Told {
  if (!/^[0-9a-f]{1,14}$/.test(digits)) return 'malformed';
  // The complement 2^56 − T is exact as a bigint; as a number T itself would lose its low bits.
  const kept = (1n << 56n) - BigInt(`0x${digits.padEnd(14, '0')}`);
  return Math.min(maxSampleWeight, 2 ** 56 / Number(kept));
}

function multiplierOf(text: string): Told {
  const multiplier = /^\d{1,7}(?:\.\d{1,16})?$/.test(text) ? Number(text) : 0;
  return multiplier >= 1 && multiplier <= maxSampleWeight ? multiplier : 'malformed';
}
