import { processFigures } from "./process_figures.ts";

const TICKS_PER_SECOND = 100;

/** CPU time in seconds, of each process that belongs to a measurement and of the machine. */
export interface CpuTimes {
  apiServer: number;
  etcd: number;
  /** Who creates the graphs or runs the bare loop, and watches. */
  bench: number;
  /** 0 where none runs. */
  operator: number;
  /** Of all processes on all cores. */
  machine: number;
  /** When this was read, in seconds on a clock that only goes on. */
  at: number;
}

/** What was used between two moments. */
export interface CpuUse extends Omit<CpuTimes, "at" | "machine"> {
  /** Cores that were busy, on average, with what has nothing to do with the measurement. */
  otherCores: number;
}

/** Reads all of it at one moment. */
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

/** What was used from one moment to a later one. */
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
 * CPU time that all cores together were not idle, since boot and in seconds, from /proc/stat, see proc_stat(5). Time
 * that the hypervisor gave to others counts as busy: it was not there for us.
 */
export function parseBusySeconds(stat: string): number {
  const [, line] = /^cpu +(.*)$/m.exec(stat) ?? [];
  const [user, nice, system, _idle, _ioWait, interrupts, softInterrupts, stolen] =
    line?.split(" ").map(Number) ?? [];
  // Guests, which follow, are in `user` and `nice` already.
  const ticks = [user, nice, system, interrupts, softInterrupts, stolen]
    .reduce<number>((sum, value) => sum + (value ?? NaN), 0);
  if (Number.isNaN(ticks)) throw new Error(`Cannot read CPU time from "${stat.split("\n")[0]}"`);
  return ticks / TICKS_PER_SECOND;
}
