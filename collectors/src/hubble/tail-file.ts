import { open, stat, type FileHandle } from 'node:fs/promises';
import type { SourceDeps } from '../pipeline/source-deps.ts';
import { FlowBatcher } from './flow-batcher.ts';
import type { FlowContext } from './flow-from-hubble.ts';
import type { FlowTally } from './flow-tally.ts';
import { LineSplitter, type Line } from './line-splitter.ts';
import { tell } from './observe.ts';
import { pause } from './pause.ts';
import { readLine } from './read-line.ts';

const pollMs = 500;
const pieceBytes = 64 * 1024;
const stopGraceMs = 5000;

/** Which file is followed, and where its flows are counted. */
export interface TailOptions {
  readonly path: string;
  readonly context: FlowContext;
  readonly tally: FlowTally;
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly inode: number;
  readonly lines: LineSplitter;
  position: number;
}

/**
 * Reads an export file from its beginning and goes on as it grows. A file put in its place (rotation) is read from its
 * beginning once the old one is read to its end; a file made shorter is read anew. After a restart everything is read
 * again: rows have natural keys, so they are not stored twice.
 */
export function tailFile(options: TailOptions, deps: SourceDeps): { stop(): Promise<void> } {
  const { path, tally } = options;
  const logger = deps.logger.child({ file: path });
  const batcher = new FlowBatcher(deps, tally);
  const stopping = new AbortController();
  const { signal } = stopping;
  const buffer = Buffer.allocUnsafe(pieceBytes);
  let file: OpenFile | null = null;

  const onLine = async (line: Line): Promise<void> => {
    const read = line.tooLong ? { kind: 'rejected' as const, reason: 'the line is too long' } : readLine(line.text, options.context, deps.now());
    switch (read.kind) {
      case 'rejected': return tally.rejected(read.reason, line.text);
      case 'message': return tell(read.message, tally, logger);
      case 'flow': if (!batcher.add(read.row)) await batcher.room();
    }
  };

  /** Reads to the end of an open file. */
  const readOn = async (from: OpenFile): Promise<void> => {
    while (!signal.aborted) {
      const { bytesRead } = await from.handle.read(buffer, 0, pieceBytes, from.position);
      if (bytesRead === 0) return;
      from.position += bytesRead;
      // The splitter keeps parts of the piece until its line is whole, and the buffer is used again.
      for (const line of from.lines.push(Buffer.from(buffer.subarray(0, bytesRead)))) await onLine(line);
    }
  };

  const closeFile = async (): Promise<void> => {
    const old = file;
    file = null;
    if (old === null) return;
    for (const line of old.lines.finish()) await onLine(line);
    await old.handle.close();
  };

  const poll = async (): Promise<void> => {
    if (file !== null) await readOn(file);
    const now = await stat(path);
    if (file !== null && now.ino !== file.inode) {
      // What was written between the read above and the rotation.
      await readOn(file);
      await closeFile();
    } else if (file !== null && now.size < file.position) await closeFile();
    if (file === null) {
      const handle = await open(path, 'r');
      file = { handle, inode: (await handle.stat()).ino, lines: new LineSplitter(), position: 0 };
      await readOn(file);
    }
    tally.setUp(true);
  };

  const run = async (): Promise<void> => {
    for (let failing = false; !signal.aborted; ) {
      try {
        await poll();
        failing = false;
      } catch (error) {
        tally.setUp(false);
        tally.failed(error instanceof Error && 'code' in error ? String(error.code) : 'the file cannot be read');
        if (!failing) tally.flush();
        failing = true;
      }
      await pause(pollMs, signal);
    }
  };
  const running = run();

  return {
    stop: async () => {
      stopping.abort();
      const stopped = batcher.stop(stopGraceMs);
      await running;
      await closeFile();
      await stopped;
      await batcher.stop(stopGraceMs);
    },
  };
}
