/**
 * Gives the memory of arrays back now: reading a bucket takes some 20 MB that else lie there until garbage is next collected,
 * and bring that about. They are empty afterwards.
 */
export function letGo(arrays: Iterable<ArrayBufferView>): void {
  for (const { buffer } of arrays) if (buffer instanceof ArrayBuffer && buffer.byteLength > 0) buffer.transfer(0);
}
