/**
 * A process, told apart from a later one that got the same id. `startedAt` is what the system says of
 * its start: clock ticks since boot on Linux, a date elsewhere.
 */
export interface ProcessIdentity {
  pid: number;
  startedAt: string;
}

/** Who has this id now; undefined when nobody has, or only a zombie that waits for its parent. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const startedAt = Deno.build.os === "linux" ? await startOnLinux(pid) : await startByPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** Whether this very process still runs. */
export async function isAlive(process: ProcessIdentity): Promise<boolean> {
  return (await identify(process.pid))?.startedAt === process.startedAt;
}

/** Sends a signal to this very process; does nothing when it has ended already. */
export async function signal(process: ProcessIdentity, name: Deno.Signal): Promise<void> {
  if (!await isAlive(process)) return;
  try {
    Deno.kill(process.pid, name);
  } catch (error) {
    // It ended between the look and the signal.
    if (!(error instanceof Deno.errors.NotFound) && !isNoSuchProcess(error)) throw error;
  }
}

/** Waits until the process has ended; false when it still runs after `deadlineMs`. */
export async function hasEnded(process: ProcessIdentity, deadlineMs: number): Promise<boolean> {
  const until = Date.now() + deadlineMs;
  while (await isAlive(process)) {
    if (Date.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

async function startOnLinux(pid: number): Promise<string | undefined> {
  try {
    return startTicks(await Deno.readTextFile(`/proc/${pid}/stat`));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || isNoSuchProcess(error)) return undefined;
    throw error;
  }
}

/** Field 22 of /proc/PID/stat (see proc(5)); undefined for a zombie. */
export function startTicks(stat: string): string | undefined {
  // The second field is the program's name in parentheses and may itself contain both.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
}

async function startByPs(pid: number): Promise<string | undefined> {
  const { stdout } = await new Deno.Command("ps", {
    args: ["-o", "state=,lstart=", "-p", String(pid)],
    stderr: "null",
  }).output();
  const [state = "", ...date] = new TextDecoder().decode(stdout).trim().split(/\s+/);
  return state === "" || state.startsWith("Z") ? undefined : date.join(" ");
}

// Reading /proc of a process that ends just now fails with ESRCH, for which Deno has no class.
function isNoSuchProcess(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ESRCH";
}
