/** What the system says of a process; Linux only. */
export interface ProcessFigures {
  /** User and system CPU time since its start, in seconds. */
  cpuSeconds: number;
  /** Memory in RAM, in bytes. */
  residentBytes: number;
  /** The most it ever had in RAM, in bytes. */
  peakResidentBytes: number;
}

/** Clock ticks in a second as /proc counts them (USER_HZ): 100 on every architecture that Deno runs on. */
const TICKS_PER_SECOND = 100;

/**
 * Reads the figures of a process from /proc.
 *
 * @throws when there is no such process or no /proc
 */
export async function processFigures(pid: number): Promise<ProcessFigures> {
  const read = async (file: string) => {
    try {
      return await Deno.readTextFile(`/proc/${pid}/${file}`);
    } catch (cause) {
      const why = Deno.build.os === "linux" ? "the process is gone" : "only Linux has /proc";
      throw new Error(`Cannot measure process ${pid}: ${why}`, { cause });
    }
  };
  const status = await read("status");
  return {
    cpuSeconds: parseCpuSeconds(await read("stat")),
    residentBytes: parseMemory(status, "VmRSS"),
    peakResidentBytes: parseMemory(status, "VmHWM"),
  };
}

/** Fields 14 (utime) and 15 (stime) of /proc/PID/stat, see proc_pid_stat(5), in seconds. */
export function parseCpuSeconds(stat: string): number {
  // The second field is the program's name in parentheses and may itself contain both and spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  if (Number.isNaN(ticks)) throw new Error(`Cannot read CPU time from "${stat.trim()}"`);
  return ticks / TICKS_PER_SECOND;
}

/** A line such as `VmRSS:	  123 kB` of /proc/PID/status, in bytes. */
export function parseMemory(status: string, field: "VmRSS" | "VmHWM"): number {
  const [, kilobytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status) ?? [];
  if (kilobytes === undefined) throw new Error(`Cannot find "${field}" in the status of a process`);
  return Number(kilobytes) * 1024;
}
