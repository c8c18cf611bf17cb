import { processFigures } from "./process_figures.ts";

const TICKS_PER_SECOND = 100;

/** CPU time in seconds, of each measured process and of the machine. */
export interface CpuTimes {
  apiServer: number;
  etcd: number;
  /** This process, which creates the graphs or runs the bare loop, and watches. */
  bench: number;
  /** 0 without an operator. */
  operator: number;
  /** All processes on all cores. */
  machine: number;
  /** Time of the reading in seconds of a monotonic clock. */
  at: number;
}

/** CPU time used between two readings. */
export interface CpuUse extends Omit<CpuTimes, "at" | "machine"> {
  /** Average number of cores that were busy with other processes. */
  otherCores: number;
}

/** Reads all CPU times at once. */
export async function readCpuTimes(
  processes: { apiServer: number; etcd: number; operator?: number | undefined },
): Promise<CpuTimes> {
  const cpu = async (pid: number | undefined) =>
    pid === undefined ? 0 : (await processFigures(pid)).cpuSeconds;
  const [apiServer, etcd, operator, bench, stat] = await Promise.all([
    cpu(processes.apiServer),
    cpu(processes.etcd),
    cpu(processes.operator),
    cpu(Deno.pid),
    Deno.readTextFile("/proc/stat"),
  ]);
  const machine = parseBusySeconds(stat);
  return { apiServer, etcd, operator, bench, machine, at: performance.now() / 1000 };
}

/** Returns the CPU time used between two readings. */
export function cpuUse(from: CpuTimes, to: CpuTimes): CpuUse {
  const used = (key: keyof CpuTimes) => to[key] - from[key];
  const own = used("apiServer") + used("etcd") + used("operator") + used("bench");
  return {
    apiServer: used("apiServer"),
    etcd: used("etcd"),
    operator: used("operator"),
    bench: used("bench"),
    otherCores: Math.max(0, used("machine") - own) / used("at"),
  };
}

/**
 * Returns the seconds since boot in which the cores were not idle, summed over all cores, from /proc/stat (see
 * proc_stat(5)). Time that the hypervisor gave to other machines counts as busy, because it was not available.
 */
export function parseBusySeconds(stat: string): number {
  const [, line] = /^cpu +(.*)$/m.exec(stat) ?? [];
  const [user, nice, system, _idle, _ioWait, interrupts, softInterrupts, stolen] =
    line?.split(" ").map(Number) ?? [];
  // `user` and `nice` already include the guest times, which follow.
  const ticks = [user, nice, system, interrupts, softInterrupts, stolen]
    .reduce<number>((sum, value) => sum + (value ?? NaN), 0);
  if (Number.isNaN(ticks)) throw new Error(`Cannot read CPU time from "${stat.split("\n")[0]}"`);
  return ticks / TICKS_PER_SECOND;
}
