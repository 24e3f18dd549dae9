import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { DataType, load, open } from 'ffi-rs';

/** Another process owns the data directory. The message names it and says what to do. */
export class DataDirInUse extends Error {
  constructor(dataDir: string, owner: string) {
    super(`the data directory ${dataDir} is in use by ${owner}, or choose another directory with ORRERY_DATA_DIR (or store.dataDir)`);
    this.name = 'DataDirInUse';
  }
}

/** A held data directory. */
export interface DataDirLock {
  /** To be inherited by the engine's process: the directory stays taken until that has ended too, whatever became of its owner. */
  readonly engineFd: number;
  /** Notes the engine's process beside the owner in the lock file: for people and scripts. */
  noteEngine(pid: number | undefined): void;
  release(): void;
}

/** `LOCK_EX | LOCK_NB` of flock(2), the same on Linux and macOS. */
const exclusiveNonBlocking = 2 | 4;
const orphanPollMs = 50;

/**
 * Takes a data directory: `lock` for its owner, `engine.lock` for the owner's engine. Both are flock(2): the kernel
 * drops a lock with the last process that holds it, so none is ever stale and a reused process id is no owner; the
 * text in `lock` only names one. An engine that outlives its owner winds down by itself and is waited for.
 * @param orphanWaitMs how long
 * @throws DataDirInUse
 */
export async function lockDataDir(dataDir: string, orphanWaitMs: number): Promise<DataDirLock> {
  const path = join(dataDir, 'lock');
  const ownerFd = openSync(path, 'a+', 0o600);
  if (!flock(ownerFd)) {
    closeSync(ownerFd);
    throw new DataDirInUse(dataDir, describeOwner(path));
  }
  const engineFd = openSync(join(dataDir, 'engine.lock'), 'a+', 0o600);
  for (let waited = 0; !flock(engineFd); waited += orphanPollMs) {
    if (waited >= orphanWaitMs) {
      closeSync(engineFd);
      closeSync(ownerFd);
      throw new DataDirInUse(dataDir, `an engine without its owner that does not end: stop it (see ${path})`);
    }
    await sleep(orphanPollMs);
  }
  const since = new Date().toISOString();
  const note = (engine?: number): void => {
    ftruncateSync(ownerFd);
    writeSync(ownerFd, JSON.stringify({ pid: process.pid, since, engine }));
  };
  note();
  return {
    engineFd,
    noteEngine: note,
    release: () => {
      ftruncateSync(ownerFd);
      closeSync(engineFd);
      closeSync(ownerFd);
    },
  };
}

function flock(fd: number): boolean {
  open({ library: 'libc', path: process.platform === 'darwin' ? '/usr/lib/libSystem.B.dylib' : 'libc.so.6' });
  return load({ library: 'libc', funcName: 'flock', retType: DataType.I32, paramsType: [DataType.I32, DataType.I32], paramsValue: [fd, exclusiveNonBlocking] }) === 0;
}

function describeOwner(path: string): string {
  try {
    const { pid, since } = JSON.parse(readFileSync(path, 'utf8')) as { pid?: unknown; since?: unknown };
    if (typeof pid === 'number' && typeof since === 'string') return `process ${pid} (since ${since}): stop it (kill ${pid})`;
  } catch {
    // The owner is just writing it.
  }
  return 'another process: stop it';
}
