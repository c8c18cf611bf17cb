/** CPU time and memory of a process. These figures are available only on Linux. */
export interface ProcessFigures {
  /** User and system CPU time since the start of the process, in seconds. */
  cpuSeconds: number;
  /** Resident memory in bytes. */
  residentBytes: number;
  /** Peak of the resident memory in bytes. */
  peakResidentBytes: number;
}

/** Clock ticks per second in /proc (USER_HZ): 100 on every architecture that Deno supports. */
const TICKS_PER_SECOND = 100;

/**
 * Reads CPU time and memory of a process from /proc.
 *
 * @throws if the process or /proc does not exist
 */
export async function processFigures(pid: number): Promise<ProcessFigures> {
  const read = async (file: string) => {
    try {
      return await Deno.readTextFile(`/proc/${pid}/${file}`);
    } catch (cause) {
      const why = Deno.build.os === "linux" ? "the process has stopped" : "only Linux has /proc";
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

/** Parses /proc/PID/stat. Returns the sum of utime (field 14) and stime (field 15) in seconds, see proc_pid_stat(5). */
export function parseCpuSeconds(stat: string): number {
  // The second field is the program name in parentheses, which may contain parentheses and spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  if (Number.isNaN(ticks)) throw new Error(`Cannot read CPU time from "${stat.trim()}"`);
  return ticks / TICKS_PER_SECOND;
}

/** Parses a line such as `VmRSS:	  123 kB` of /proc/PID/status; returns the number of bytes. */
export function parseMemory(status: string, field: "VmRSS" | "VmHWM"): number {
  const [, kilobytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status) ?? [];
  if (kilobytes === undefined) throw new Error(`Cannot find "${field}" in the status of a process`);
  return Number(kilobytes) * 1024;
}
