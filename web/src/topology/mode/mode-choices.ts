import { modes, type Mode } from '../../lib/view-state.ts';

const names: Readonly<Record<Mode, string>> = { health: 'Health', traffic: 'Traffic', latency: 'Latency', mtls: 'mTLS', blast: 'Blast radius', cost: 'Cost' };

/** Modes with their names, in the order of their keys. */
export const modeChoices = modes.map((value) => ({ value, text: names[value] }));

/** The mode of a digit key, `1` = the first. */
export function modeOfKey(key: string): Mode | null {
  return /^[1-9]$/.test(key) ? (modes[Number(key) - 1] ?? null) : null;
}
