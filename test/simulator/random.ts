import type { LogNormal } from './scenario.ts';

/** A seeded source of numbers: the same seed gives the same mesh. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** `bytes` random bytes as lower-case hex, never all zero. */
  hex(bytes: number): string;
  /** Gap to the next arrival of a Poisson process, in milliseconds. */
  gapMs(perSecond: number): number;
  /** A log-normal duration in milliseconds. */
  duration(of: LogNormal): number;
}

/** sfc32 (Chris Doty-Humphrey, PractRand): small, fast, 128 bits of state. */
export function createRandom(seed: number): Random {
  let a = 0x9e3779b9, b = 0x243f6a88, c = seed >>> 0, counter = 1;
  const word = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) word();
  const next = (): number => word() / 4294967296;
  return {
    next,
    hex(bytes) {
      let out = '';
      while (out.length < bytes * 2) out += word().toString(16).padStart(8, '0');
      return out.slice(0, bytes * 2 - 1) + (((word() % 15) + 1).toString(16));
    },
    gapMs: (perSecond) => (-Math.log(1 - next()) / perSecond) * 1000,
    // Box–Muller gives the normal deviate.
    duration: ({ medianMs, sigma }) => medianMs * Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
  };
}
