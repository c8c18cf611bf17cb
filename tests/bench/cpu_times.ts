import { processFigures } from "./process_figures.ts";

const TICKS_PER_SECOND = 100;

/** CPU times in seconds, counted from the start of each process and from the boot of the machine. */
export interface CpuTimes {
  apiServer: number;
  etcd: number;
  /** CPU time of the benchmark process, including its watches and the requests that it sends. */
  bench: number;
  /** CPU time of the operator; 0 if no operator runs. */
  operator: number;
  /** CPU time of all processes of the machine on all cores. */
  machine: number;
  /** Time at which the CPU times were read, in seconds of a monotonic clock. */
  at: number;
}

/** CPU times in seconds that the measured processes used between two points in time. */
export interface CpuUse extends Omit<CpuTimes, "at" | "machine"> {
  /** Average number of cores that were busy with other processes of the machine. */
  otherCores: number;
}

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
 * Parses /proc/stat (see proc_stat(5)). Returns the busy time of all cores since boot, in seconds. Time that the
 * hypervisor gave to other virtual machines counts as busy, because this machine could not use it.
 */
export function parseBusySeconds(stat: string): number {
  const [, line] = /^cpu +(.*)$/m.exec(stat) ?? [];
  const [user, nice, system, _idle, _ioWait, interrupts, softInterrupts, stolen] =
    line?.split(" ").map(Number) ?? [];
  // The guest times, the last fields of the line, are not added: `user` and `nice` already include them.
  const ticks = [user, nice, system, interrupts, softInterrupts, stolen]
    .reduce<number>((sum, value) => sum + (value ?? NaN), 0);
  if (Number.isNaN(ticks)) throw new Error(`Cannot read CPU time from "${stat.split("\n")[0]}"`);
  return ticks / TICKS_PER_SECOND;
}
