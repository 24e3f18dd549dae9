import { healthStates, type ChangeState, type HealthState, type State } from '../graph/topology.ts';

export interface StateColours { readonly text: string; readonly line: string; readonly fill: string }

/** Colours of the drawing, as tokens.css has them for the theme in force. */
export interface Palette {
  readonly states: Readonly<Record<State, StateColours>>;
  readonly canvas: string;
  readonly surface: string;
  readonly box: string;
  readonly boxLine: string;
  readonly lineStrong: string;
  readonly text: string;
  readonly text2: string;
  readonly text3: string;
  readonly select: string;
  readonly selectHalo: string;
  readonly focus: string;
  readonly hover: string;
  readonly grey: string;
  /** Sequential, least first. */
  readonly scale: readonly string[];
  readonly font: string;
}

export function readPalette(root: HTMLElement): Palette {
  const style = getComputedStyle(root);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const states = Object.fromEntries(healthStates.map((state) => [state, { text: token(state), line: token(`${state}-line`), fill: token(`${state}-bg`) }])) as Record<HealthState, StateColours>;
  const [ink, quiet, surface] = [token('ink'), token('line-strong'), token('surface')];
  const changes: Readonly<Record<ChangeState, StateColours>> = {
    broken: states.failing, worse: states.degraded, better: states.healthy, gone: states.idle, undecided: states.idle,
    added: { text: ink, line: ink, fill: surface }, changed: { text: token('text-2'), line: token('chart-2'), fill: surface }, same: { text: quiet, line: quiet, fill: surface },
  };
  return {
    states: { ...states, ...changes }, canvas: token('canvas'), surface: token('surface'), box: token('box'), boxLine: token('box-line'), lineStrong: token('line-strong'), text: token('text'), text2: token('text-2'), text3: token('text-3'),
    select: token('select'), selectHalo: token('select-halo'), focus: token('focus'), hover: token('hover'), grey: token('chart-2'), scale: [1, 2, 3, 4, 5].map((step) => token(`scale-${step}`)), font: token('font-ui'),
  };
}
