import type { Comparison, Difference } from './compare-edges.ts';

/** Control characters of telemetry must not reach a terminal. */
export const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '�');
const mostShown = 200;

/** For people: the differences with their reasons, then the counts. */
export function renderComparisonText({ from, to, coveredSeconds, summaries, differences, notes }: Comparison): string {
  const lines = [`window ${time(from)} … ${time(to)}, ${Math.round(coveredSeconds)} s of it with data`, ''];
  for (const difference of differences.slice(0, mostShown)) lines.push(...describe(difference));
  if (differences.length > mostShown) lines.push(`… and ${differences.length - mostShown} more; --format json has them all`, '');
  for (const { peer, compared, agreeing, explained, unexplained } of summaries) {
    lines.push(`${peer}: ${compared} numbers compared, ${agreeing} agree, ${explained} differ for known reasons, ${unexplained} unexplained`);
  }
  for (const note of notes) lines.push(`note: ${note}`);
  return `${lines.join('\n')}\n`;
}

/** The comparison as it is, indented, for programs. */
export function renderComparisonJson(comparison: Comparison): string {
  return `${JSON.stringify(comparison, null, 2)}\n`;
}

function describe({ edge, peer, number, ours, theirs, reasons, unexplained }: Difference): string[] {
  const gap = ours - theirs;
  return [
    `${unexplained === 0 ? ' ' : '!'} ${printable(edge)}`,
    `    ${number}: orrery ${count(ours)}, ${peer} ${count(theirs)} (${gap > 0 ? '+' : ''}${count(gap)})`,
    ...reasons.map(({ cause, amount, text }) => `    ${cause} ${amount > 0 ? '+' : ''}${count(amount)}: ${printable(text)}`),
    ...(unexplained === 0 ? [] : [`    unexplained ${unexplained > 0 ? '+' : ''}${count(unexplained)}`]),
    '',
  ];
}

function count(number: number): string {
  return String(Math.round(number * 10) / 10);
}

function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
