// The shell becomes the program, under the same process id. What it leaves behind waits for the end of standard
// input, which comes when this process ends in whatever way, and then ends the program too.
const TETHERED = "log=$1; shift; exec 3<&0; (read -r _ <&3; kill -KILL $$ 2>/dev/null) & " +
  'exec "$@" 3<&- </dev/null >>"$log" 2>&1';

// The same, but what is left behind waits until a file is gone, or the program.
const UNTETHERED = "log=$1; file=$2; shift 2; " +
  '(while [ -e "$file" ] && kill -0 $$; do sleep 1; done; kill -KILL $$) </dev/null >/dev/null 2>&1 & ' +
  'exec "$@" </dev/null >>"$log" 2>&1';

export interface TetheredOptions {
  /** The program and its arguments. */
  command: readonly string[];
  /** Added to the environment of this process, or all of it. */
  env?: Readonly<Record<string, string>>;
  /** Leaves out the environment of this process. */
  clearEnv?: boolean;
  /** Where it is started; here if absent. */
  cwd?: string;
  /** What it prints is added to this file. */
  logFile: string;
  /** It outlives this process, and ends at the latest when this file is gone; absent: it ends with this process. */
  livesWith?: string | undefined;
}

export interface TetheredProcess {
  pid: number;
  /** Resolves with the exit code. */
  exited: Promise<number>;
  /** Sends a signal; one that comes after the end does nothing. */
  signal(name: Deno.Signal): void;
  /** Sends a signal, SIGTERM if none is named. Returns the exit code. */
  stop(signal?: Deno.Signal): Promise<number>;
  /** Lets this process end while it goes on. */
  unref(): void;
}

/** Starts a program that is not left behind, however this process ends. */
export function spawnTethered(options: TetheredOptions): TetheredProcess {
  const { command, env = {}, clearEnv = false, cwd, logFile, livesWith } = options;
  const shell = livesWith === undefined
    ? ["-c", TETHERED, "sh", logFile]
    : ["-c", UNTETHERED, "sh", logFile, livesWith];
  const child = new Deno.Command("/bin/sh", {
    args: [...shell, ...command],
    env,
    clearEnv,
    ...(cwd !== undefined && { cwd }),
    stdin: livesWith === undefined ? "piped" : "null",
    // Out of the reach of a terminal that is closed after this process ended.
    detached: livesWith !== undefined,
  }).spawn();
  const exited = (async () => {
    const { code } = await child.status;
    if (livesWith === undefined) await child.stdin.close();
    return code;
  })();
  function signal(name: Deno.Signal) {
    try {
      child.kill(name);
    } catch (error) {
      // It has ended by itself.
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return {
    pid: child.pid,
    exited,
    signal,
    async stop(name = "SIGTERM") {
      signal(name);
      return await exited;
    },
    unref: () => child.unref(),
  };
}
