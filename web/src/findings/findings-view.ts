import type { FindingSeverity } from '../graphql/findings.ts';

/** What a link says of the findings page, beside namespaces and window, which all pages share. */
export interface FindingsView {
  /** Those that stand at the end of the window, or when each came and went within it. */
  readonly show: 'standing' | 'history';
  /** Id of the finding that is open; '' = none. */
  readonly finding: string;
  /** '' = all. */
  readonly severity: FindingSeverity | '';
  /** Families of codes, the part before the slash; [] = all. */
  readonly families: readonly string[];
  /** [] = all. */
  readonly codes: readonly string[];
  /** Whether suppressed findings are listed too. */
  readonly suppressed: boolean;
  readonly text: string;
}

export const defaultFindingsView: FindingsView = { show: 'standing', finding: '', severity: '', families: [], codes: [], suppressed: false, text: '' };

/** The API takes no more. */
const longestText = 200;
const mostNames = 50;

/** Parameters of a link, without those that say what holds anyway. */
export function findingsParameters(view: FindingsView): readonly (readonly [name: string, value: string])[] {
  const parameters: readonly (readonly [string, string])[] = [
    ['finding', view.finding], ['came', view.show === 'history' ? '1' : ''], ['severity', view.severity], ['check', view.families.join(',')], ['code', view.codes.join(',')], ['suppressed', view.suppressed ? '1' : ''], ['text', view.text],
  ];
  return parameters.filter(([, value]) => value !== '');
}

/** The state of a link's parameters; what makes no sense becomes the default. */
export function findingsViewOf(get: (name: string) => string): FindingsView {
  const names = (text: string): string[] => text.split(',').filter((name) => /^[\w./*-]{1,100}$/.test(name)).slice(0, mostNames);
  const severity = get('severity');
  return {
    show: get('came') === '1' ? 'history' : 'standing',
    finding: /^[0-9a-f]{8,64}$/.test(get('finding')) ? get('finding') : '',
    severity: severity === 'error' || severity === 'warning' || severity === 'info' ? severity : '',
    families: names(get('check')),
    codes: names(get('code')),
    suppressed: get('suppressed') === '1',
    text: get('text').slice(0, longestText),
  };
}

/** Whether anything narrows the list. */
export function isNarrowed(view: FindingsView): boolean {
  return view.severity !== '' || view.families.length > 0 || view.codes.length > 0 || view.text.trim() !== '';
}
