/** Messages one after the other, each after its length as a varint. */
export function* delimited(bytes: Buffer): Generator<Buffer> {
  for (let pos = 0; pos < bytes.length; ) {
    let length = 0, shift = 0, byte = 0x80;
    for (; byte >= 0x80; shift += 7) {
      byte = bytes[pos++]!;
      length |= (byte & 0x7f) << shift;
    }
    yield bytes.subarray(pos, pos + length);
    pos += length;
  }
}
