import type { State } from '../topology/graph/topology.ts';

interface Shape { readonly path: string; readonly fill: boolean; readonly dash: string }

const disc: Shape = { path: 'M5 1.8a3.2 3.2 0 1 1 0 6.4a3.2 3.2 0 1 1 0-6.4z', fill: true, dash: '' };
const triangle: Shape = { path: 'M5 0.9L9.6 8.9H0.4z', fill: true, dash: '' };
const diamond: Shape = { path: 'M5 0.3L9.7 5L5 9.7L0.3 5z', fill: true, dash: '' };
const ring: Shape = { path: 'M5 1.7a3.3 3.3 0 1 1 0 6.6a3.3 3.3 0 1 1 0-6.6z', fill: false, dash: '1.5 1.46' };
const question: Shape = { path: 'M2.9 3.3C2.9 1.9 3.8 1.2 5 1.2S7.1 2 7.1 3.2C7.1 4.7 5 4.8 5 6.3M5 8.4V8.9', fill: false, dash: '' };

/** Shape of each state in a 10 × 10 square: with hue and word the third channel. `fill` or stroke only. */
export const glyphs: Readonly<Record<State, Shape>> = {
  healthy: disc, degraded: triangle, failing: diamond, idle: ring, unknown: question,
  better: disc, worse: triangle, broken: diamond, gone: ring, undecided: question, same: disc,
  changed: { path: 'M1.6 1.6h6.8v6.8H1.6z', fill: true, dash: '' },
  added: { path: 'M5 1.2v7.6M1.2 5h7.6', fill: false, dash: '' },
};

/** Word of each state. */
export const stateWords: Readonly<Record<State, string>> = {
  failing: 'Failing', degraded: 'Degraded', healthy: 'Healthy', idle: 'Idle', unknown: 'Unknown',
  broken: 'Worse, failing', worse: 'Worse', changed: 'Changed', added: 'Added', gone: 'Gone', better: 'Better', undecided: 'Undecided', same: 'Unchanged',
};
