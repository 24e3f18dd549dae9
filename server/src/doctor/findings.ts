/** One thing the doctor looked at. `advice` says what to do where something is wrong. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'problem';
  readonly what: string;
  readonly advice?: string;
}

const marks = { ok: 'ok      ', warning: 'warning ', problem: 'PROBLEM ' } as const;

/** A finding as lines of text, its advice indented below. */
export function printFinding({ level, what, advice }: Finding): string {
  return `${marks[level]} ${what}\n${advice === undefined ? '' : `${' '.repeat(9)} → ${advice}\n`}`;
}
