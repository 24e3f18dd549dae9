/** Short codes of the fields of `envoy.data.accesslog.v3.ResponseFlags`, by field number from 1 (facts: Envoy 1.40). */
const codes = [
  '', 'LH', 'UH', 'UT', 'LR', 'UR', 'UF', 'UC', 'UO', 'NR', 'DI', 'FI', 'RL', 'UAEX', 'RLSE', 'DC', 'URX', 'SI', 'IH', 'DPE',
  'UMSDR', 'RFCF', 'NFCF', 'DT', 'UPE', 'NC', 'OM', 'DF', 'DR',
] as const;

/** `UAEX` is a message in which the reason stands; all others are booleans. */
export const unauthorizedField = 13;

/** The code of a field; `''` for one that a newer Envoy added. */
export function responseFlag(field: number): string {
  return codes[field] ?? '';
}
