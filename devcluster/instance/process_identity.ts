/** Identity of a process. `startedAt`, in clock ticks since boot, distinguishes processes with the same ID. */
export interface ProcessIdentity {
  pid: number;
  startedAt: string;
}

/** Returns the identity of the process with this ID; undefined if the process does not exist or is a zombie. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  try {
    const startedAt = startTicks(await Deno.readTextFile(`/proc/${pid}/stat`));
    return startedAt === undefined ? undefined : { pid, startedAt };
  } catch (error) {
    if (isNoSuchProcess(error)) return undefined;
    throw error;
  }
}

/** Returns whether the given process still runs. Returns false if its ID now belongs to a later process. */
export async function isAlive(process: ProcessIdentity): Promise<boolean> {
  return (await identify(process.pid))?.startedAt === process.startedAt;
}

/** Sends a signal to a process. Does nothing if the process has stopped, even if a later process has the same ID. */
export async function signal(process: ProcessIdentity, name: Deno.Signal): Promise<void> {
  if (!await isAlive(process)) return;
  try {
    Deno.kill(process.pid, name);
  } catch (error) {
    // Ignores an error for a missing process, because the process may stop between the check and the signal.
    if (!isNoSuchProcess(error)) throw error;
  }
}

/** Waits until the process has stopped. Returns false if the process still runs after `timeoutMs`. */
export async function hasEnded(process: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const deadlineMs = Date.now() + timeoutMs;
  while (await isAlive(process)) {
    if (Date.now() > deadlineMs) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

/** Returns the start time of a process: field 22 of its /proc/PID/stat, see proc(5). Returns undefined for a zombie. */
export function startTicks(stat: string): string | undefined {
  // Splits after the last ")", because the program's name in the second field can contain spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
}

/** Returns whether an error is ENOENT or ESRCH. A read of /proc reports ESRCH only in the message of the error. */
export function isNoSuchProcess(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    (error instanceof Error &&
      (("code" in error && error.code === "ESRCH") || error.message.includes("(os error 3)")));
}
