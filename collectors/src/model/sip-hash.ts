/**
 * SipHash-2-4 with 128-bit output and a 128-bit key (Aumasson & Bernstein), on 32-bit halves.
 * Equal to ClickHouse `sipHash128ReferenceKeyed`. Returns 32 hex digits.
 */
export function sipHash128(key: Uint8Array, data: Uint8Array): string {
  const k = new DataView(key.buffer, key.byteOffset, 16);
  const v = new Int32Array(8); // v0lo v0hi v1lo v1hi v2lo v2hi v3lo v3hi
  const k0lo = k.getInt32(0, true), k0hi = k.getInt32(4, true);
  const k1lo = k.getInt32(8, true), k1hi = k.getInt32(12, true);
  v[0] = k0lo ^ 0x70736575; v[1] = k0hi ^ 0x736f6d65;
  v[2] = k1lo ^ 0x6e646f6d ^ 0xee; v[3] = k1hi ^ 0x646f7261;
  v[4] = k0lo ^ 0x6e657261; v[5] = k0hi ^ 0x6c796765;
  v[6] = k1lo ^ 0x79746573; v[7] = k1hi ^ 0x74656462;

  const d = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const end = data.length - (data.length % 8);
  for (let i = 0; i < end; i += 8) compress(v, d.getInt32(i, true), d.getInt32(i + 4, true));
  let lo = 0, hi = data.length << 24;
  for (let i = end; i < data.length; i++) {
    const byte = data[i] ?? 0, shift = 8 * (i - end);
    if (shift < 32) lo |= byte << shift;
    else hi |= byte << (shift - 32);
  }
  compress(v, lo, hi);

  v[4]! ^= 0xee;
  for (let i = 0; i < 4; i++) round(v);
  const first = output(v);
  v[2]! ^= 0xdd;
  for (let i = 0; i < 4; i++) round(v);
  return first + output(v);
}

function compress(v: Int32Array, lo: number, hi: number): void {
  v[6]! ^= lo; v[7]! ^= hi;
  round(v); round(v);
  v[0]! ^= lo; v[1]! ^= hi;
}

function output(v: Int32Array): string {
  return hexLe(v[0]! ^ v[2]! ^ v[4]! ^ v[6]!) + hexLe(v[1]! ^ v[3]! ^ v[5]! ^ v[7]!);
}

function hexLe(x: number): string {
  const swapped = ((x & 0xff) << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24);
  return (swapped >>> 0).toString(16).padStart(8, '0');
}

function add(v: Int32Array, a: number, b: number): void {
  const lo = (v[a]! >>> 0) + (v[b]! >>> 0);
  v[a + 1] = v[a + 1]! + v[b + 1]! + (lo > 0xffffffff ? 1 : 0);
  v[a] = lo;
}

/** Rotate the pair at `a` left by `n` (< 32), then xor with the pair at `b`. */
function rotlXor(v: Int32Array, a: number, n: number, b: number): void {
  const lo = v[a]!, hi = v[a + 1]!;
  v[a] = ((lo << n) | (hi >>> (32 - n))) ^ v[b]!;
  v[a + 1] = ((hi << n) | (lo >>> (32 - n))) ^ v[b + 1]!;
}

function swap(v: Int32Array, a: number): void {
  const lo = v[a]!;
  v[a] = v[a + 1]!;
  v[a + 1] = lo;
}

function round(v: Int32Array): void {
  add(v, 0, 2); rotlXor(v, 2, 13, 0); swap(v, 0);
  add(v, 4, 6); rotlXor(v, 6, 16, 4);
  add(v, 0, 6); rotlXor(v, 6, 21, 0);
  add(v, 4, 2); rotlXor(v, 2, 17, 4); swap(v, 4);
}
