/**
 * Prometheus text as Envoy 1.40 prints it: `# TYPE` alone, `name{} 1` for an empty label set, counters then gauges
 * then histograms, each by name, `le` and `_sum` in `%.32g`.
 */

/** Bounds of Envoy's default histogram buckets. */
export const envoyBounds: readonly number[] = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000, 1800000, 3600000];

export type Labels = readonly (readonly [name: string, value: string])[];

/** `a="b",c="d"` with the escapes of the text format. */
export function labelText(labels: Labels): string {
  return labels.map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"`).join(',');
}

/** A double in C's `%.32g`, which is what Envoy prints. */
export function number32(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  return value.toPrecision(32).replace(/\.?0+$/, '');
}

/**
 * Envoy's histogram: whole numbers in log-linear bins of two significant digits (libcircllhist).
 * The sum is made of bin middles 2ab/(a+b), so it is close to the true one and not equal.
 */
export interface Histogram { counts: number[]; sum: number; count: number }

const newHistogram = (): Histogram => ({ counts: new Array<number>(envoyBounds.length).fill(0), sum: 0, count: 0 });

/** Adds a value, in ms, to all buckets at or above it; as Envoy keeps them, by the middle of a bin and not by itself. */
export function observe(histogram: Histogram, value: number): void {
  const whole = Math.max(0, Math.floor(value));
  for (let i = envoyBounds.length - 1; i >= 0 && whole <= (envoyBounds[i] ?? 0); i--) histogram.counts[i] = (histogram.counts[i] ?? 0) + 1;
  histogram.sum += binMiddle(whole);
  histogram.count++;
}

function binMiddle(value: number): number {
  if (value === 0) return 0;
  const step = 10 ** (Math.floor(Math.log10(value)) - 1);
  const low = Math.floor(value / step) * step, high = low + step;
  return (2 * low * high) / (low + high);
}

/** Families of one page, by name, each with its series by label text. */
export interface Families {
  add(name: string, labels: string, value: number): void;
  set(name: string, labels: string, value: number): void;
  observe(name: string, labels: string, value: number): void;
  render(): string;
}

/** Families of a page, which are rendered in the order of their names. */
export function createFamilies(): Families {
  const counters = new Map<string, Map<string, number>>();
  const gauges = new Map<string, Map<string, number>>();
  const histograms = new Map<string, Map<string, Histogram>>();
  const family = <T>(all: Map<string, Map<string, T>>, name: string): Map<string, T> => {
    const found = all.get(name) ?? new Map<string, T>();
    all.set(name, found);
    return found;
  };
  const byName = <T>(all: Map<string, Map<string, T>>): [string, Map<string, T>][] => [...all].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    add: (name, labels, value) => { const f = family(counters, name); f.set(labels, (f.get(labels) ?? 0) + value); },
    set: (name, labels, value) => { family(gauges, name).set(labels, value); },
    observe: (name, labels, value) => {
      const f = family(histograms, name);
      const histogram = f.get(labels) ?? newHistogram();
      f.set(labels, histogram);
      observe(histogram, value);
    },
    render: () => {
      let out = '';
      for (const [type, all] of [['counter', counters], ['gauge', gauges]] as const) {
        for (const [name, series] of byName(all)) {
          out += `# TYPE ${name} ${type}\n`;
          for (const [labels, value] of series) out += `${name}{${labels}} ${number32(value)}\n`;
        }
      }
      for (const [name, series] of byName(histograms)) {
        out += `# TYPE ${name} histogram\n`;
        for (const [labels, { counts, sum, count }] of series) {
          const comma = labels === '' ? '' : ',';
          envoyBounds.forEach((bound, i) => { out += `${name}_bucket{${labels}${comma}le="${bound}"} ${counts[i] ?? 0}\n`; });
          out += `${name}_bucket{${labels}${comma}le="+Inf"} ${count}\n${name}_sum{${labels}} ${number32(sum)}\n${name}_count{${labels}} ${count}\n`;
        }
      }
      return out;
    },
  };
}
