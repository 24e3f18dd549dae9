import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { DataType, load, open } from 'ffi-rs';

/** Another process owns the data directory. The message names it and says what to do. */
export class DataDirInUse extends Error {
  constructor(dataDir: string, owner: LockOwner | null) {
    const who = owner ? `process ${owner.pid} (since ${owner.since})` : 'another process';
    super(`the data directory ${dataDir} is in use by ${who}: stop it${owner ? ` (kill ${owner.pid})` : ''}, or choose another directory with ORRERY_DATA_DIR (or store.dataDir)`);
    this.name = 'DataDirInUse';
  }
}

interface LockOwner {
  readonly pid: number;
  readonly since: string;
}

/** A held lock. `fd` is handed to the engine's process, so that the lock outlives its owner until the engine has ended too. */
export interface DataDirLock {
  readonly fd: number;
  /** Notes the engine's process in the lock file, beside the owner: for people and scripts. */
  noteEngine(pid: number | undefined): void;
  release(): void;
}

/** `LOCK_EX | LOCK_NB` of flock(2), the same on Linux and macOS. */
const exclusiveNonBlocking = 2 | 4;
const orphanPollMs = 50;

/**
 * Takes the lock of a data directory. The lock is flock(2): the kernel drops it with the last process that holds it,
 * so there is no stale lock and a reused process id cannot be mistaken for an owner; the text in the file only names one.
 * Where the owner is dead and its engine still winds down, waits for it up to `orphanWaitMs`.
 * @throws DataDirInUse
 */
export async function lockDataDir(dataDir: string, orphanWaitMs: number): Promise<DataDirLock> {
  const path = join(dataDir, 'lock');
  const fd = openSync(path, 'a+', 0o600);
  for (let waited = 0; !flock(fd); waited += orphanPollMs) {
    const owner = readOwner(path);
    if (waited >= orphanWaitMs || (owner !== null && isAlive(owner.pid))) {
      closeSync(fd);
      throw new DataDirInUse(dataDir, owner);
    }
    await sleep(orphanPollMs);
  }
  const since = new Date().toISOString();
  const note = (engine?: number): void => {
    ftruncateSync(fd);
    writeSync(fd, JSON.stringify({ pid: process.pid, since, engine }));
  };
  note();
  return {
    fd,
    noteEngine: note,
    release: () => {
      ftruncateSync(fd);
      closeSync(fd);
    },
  };
}

function flock(fd: number): boolean {
  open({ library: 'libc', path: process.platform === 'darwin' ? '/usr/lib/libSystem.B.dylib' : 'libc.so.6' });
  return load({ library: 'libc', funcName: 'flock', retType: DataType.I32, paramsType: [DataType.I32, DataType.I32], paramsValue: [fd, exclusiveNonBlocking] }) === 0;
}

function readOwner(path: string): LockOwner | null {
  try {
    const owner = JSON.parse(readFileSync(path, 'utf8')) as Partial<LockOwner>;
    return typeof owner.pid === 'number' && typeof owner.since === 'string' ? { pid: owner.pid, since: owner.since } : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
