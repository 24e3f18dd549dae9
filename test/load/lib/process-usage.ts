import { readFileSync, readdirSync } from 'node:fs';

export interface Usage { readonly cpuS: number; readonly rssMb: number }

const ticksPerSecond = 100;

/** CPU time and resident memory of a process, from `/proc`; zeros where it is gone or there is no `/proc`. */
export function usageOf(pid: number): Usage {
  try {
    const fields = afterName(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    const rssKb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    return { cpuS: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond, rssMb: rssKb / 1024 };
  } catch {
    return { cpuS: 0, rssMb: 0 };
  }
}

/** CPU seconds that all processes of the machine have used, from `/proc/stat`; 0 where there is none. */
export function machineCpuS(): number {
  try {
    const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? '').split(/\s+/).map(Number);
    return (user + nice + system + irq + softirq) / ticksPerSecond;
  } catch {
    return 0;
  }
}

/** Process ids whose parent is `pid`. */
export function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((child) => {
    try {
      return Number(afterName(readFileSync(`/proc/${child}/stat`, 'utf8'))[1]) === pid;
    } catch {
      return false;
    }
  });
}

/** Fields of `/proc/<pid>/stat` after the command name, which may hold spaces: state is 0, parent 1, utime 11. */
const afterName = (stat: string): string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ');
