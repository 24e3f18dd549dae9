/** Bytes that are not the protobuf message they should be. Always names where: byte offset and field path. */
export class WireError extends Error {
  /** What is wrong, without the place. */
  readonly problem: string;
  /** Byte offset in the buffer that was read. */
  readonly offset: number;
  /** Field numbers from the outermost message inwards, e.g. `1.2.2.9`; `''` before the first field. */
  readonly path: string;

  constructor(problem: string, offset: number, path: string) {
    super(`${problem} at byte ${offset}${path === '' ? '' : ` in field ${path}`}`);
    this.name = 'WireError';
    this.problem = problem;
    this.offset = offset;
    this.path = path;
  }
}
