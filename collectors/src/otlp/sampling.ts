/** Beyond this a threshold is taken for noise: one span may not claim to stand for the traffic of a whole mesh. */
export const maxSampleWeight = 2 ** 20;

/**
 * How many spans one sampled span stands for, from the `ot` member of its `tracestate`: the rejection
 * threshold T of `th` (1 to 14 hex digits, filled with zeros on the right to 56 bits) gives 2^56 / (2^56 − T).
 * 1 where there is no threshold or it is malformed.
 * Source: OpenTelemetry specification, «TraceState: Probability Sampling».
 */
export function sampleWeight(traceState: string): number {
  if (traceState === '') return 1;
  for (const member of traceState.split(',')) {
    const entry = member.trim();
    if (!entry.startsWith('ot=')) continue;
    for (const field of entry.slice(3).split(';')) {
      if (field.startsWith('th:')) return weightOfThreshold(field.slice(3));
    }
    return 1;
  }
  return 1;
}

function weightOfThreshold(digits: string): number {
  if (!/^[0-9a-f]{1,14}$/.test(digits)) return 1;
  // The complement 2^56 − T is exact as a bigint; as a number T itself would lose its low bits.
  const kept = (1n << 56n) - BigInt(`0x${digits.padEnd(14, '0')}`);
  return Math.min(maxSampleWeight, 2 ** 56 / Number(kept));
}
