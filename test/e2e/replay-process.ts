import { execFile, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../simulator/orrery-process.ts';

const main = resolve(import.meta.dirname, '../../server/dist/main.js');
const startMs = 60_000;

/** Writes a bundle of the last minutes of a running Orrery, as a user does. */
export async function recordLast(minutes: number, url: string, file: string, title: string): Promise<void> {
  await promisify(execFile)(process.execPath, [main, 'record', '--last', `${minutes}m`, '--orrery', url, '--output', file, '--title', title]);
}

export interface ReplayProcess {
  readonly url: string;
  stop(): Promise<void>;
}

/** Shows a bundle as a child process. @throws Error when it does not answer within a minute. */
export async function startReplay(file: string): Promise<ReplayProcess> {
  const port = await freePort();
  const child = spawn(process.execPath, [main, 'replay', file, '--port', String(port)], { stdio: 'ignore' });
  const exited = new Promise<void>((done) => { child.once('exit', () => { done(); }); });
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
  };
  for (const until = Date.now() + startMs; Date.now() < until; await sleep(200)) {
    if (child.exitCode !== null) break;
    const answered = await fetch(`${url}/readyz`).then((response) => response.ok, () => false);
    if (answered) return { url, stop };
  }
  await stop();
  throw new Error(`the replay of ${file} does not answer`);
}
