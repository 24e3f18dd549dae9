import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';
import { LineSplitter, maxLineBytes, type Line } from './line-splitter.ts';

function split(pieces: readonly Buffer[]): Line[] {
  const lines = new LineSplitter();
  return [...pieces.flatMap((piece) => [...lines.push(piece)]), ...lines.finish()];
}

it('gives the same lines wherever the bytes are cut', () => {
  const text = fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 20 }).map((lines) => lines.join('\n'));
  fc.assert(fc.property(text, fc.array(fc.nat(200), { maxLength: 10 }), (whole, cuts) => {
    const bytes = Buffer.from(whole);
    const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
    const pieces = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
    const expected = whole.split('\n').map((line, i) => ({ number: i + 1, text: line.trim(), tooLong: false })).filter((line) => line.text !== '');
    expect(split(pieces)).toEqual(expected);
  }));
});

it('keeps no more of a line than it may', () => {
  const long = Buffer.alloc(maxLineBytes + 1, 0x61);
  const lines = split([long, long, Buffer.from('\nnext')]);
  expect(lines.map(({ number, tooLong }) => [number, tooLong])).toEqual([[1, true], [2, false]]);
  expect(lines[0]?.text.length).toBe(maxLineBytes);
});

it('waits longer after each failure, within bounds', () => {
  fc.assert(fc.property(fc.nat(100), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, random) => {
    const ms = backoffMs(failures, random);
    expect(ms).toBeGreaterThanOrEqual(125);
    expect(ms).toBeLessThanOrEqual(30_000);
    expect(backoffMs(failures + 1, random)).toBeGreaterThanOrEqual(ms);
  }));
});
