import { until } from "./until.ts";

// The shell becomes the program, with the same process ID. Its child waits for the end of standard input, which the
// kernel closes when this process ends in whatever way, and then kills the program.
const ENDS_WITH_PARENT = "log=$1; shift; exec 3<&0; (read -r _ <&3; kill -KILL $$ 2>/dev/null) & " +
  'exec "$@" 3<&- </dev/null >>"$log" 2>&1';

// The child of the shell waits until the file is removed or the program has ended.
const ENDS_WITH_FILE = "log=$1; file=$2; shift 2; " +
  '(while [ -e "$file" ] && kill -0 $$; do sleep 1; done; kill -KILL $$) </dev/null >/dev/null 2>&1 & ' +
  'exec "$@" </dev/null >>"$log" 2>&1';

export interface TetheredOptions {
  /** The program and its arguments. */
  command: readonly string[];
  /** Added to the environment of this process, or the whole environment with `clearEnv`. */
  env?: Readonly<Record<string, string>>;
  clearEnv?: boolean;
  /** Working folder; that of this process if absent. */
  cwd?: string;
  /** File to which its output is appended. */
  logFile: string;
  /** The program outlives this process and ends when this file is removed; absent: it ends with this process. */
  livesWith?: string | undefined;
}

export interface TetheredProcess {
  pid: number;
  /** Resolves with the exit code. */
  exited: Promise<number>;
  /** Sends a signal; does nothing if the program has ended. */
  signal(name: Deno.Signal): void;
  /** Sends a signal, SIGTERM by default. Returns the exit code. */
  stop(signal?: Deno.Signal): Promise<number>;
  /** Allows this process to end while the program runs. */
  unref(): void;
}

/** Starts a program that cannot be left running by accident, however this process ends. */
export function spawnTethered(options: TetheredOptions): TetheredProcess {
  const { command, env = {}, clearEnv = false, cwd, logFile, livesWith } = options;
  const shell = livesWith === undefined
    ? ["-c", ENDS_WITH_PARENT, "sh", logFile]
    : ["-c", ENDS_WITH_FILE, "sh", logFile, livesWith];
  const child = new Deno.Command("/bin/sh", {
    args: [...shell, ...command],
    env,
    clearEnv,
    ...(cwd !== undefined && { cwd }),
    stdin: livesWith === undefined ? "piped" : "null",
    // A session of its own: neither Ctrl-C nor the end of the terminal reaches the program, so that this process can
    // end it in order.
    detached: true,
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
      // The program has ended.
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

/**
 * Waits until a program is ready. If it exits or is not ready in time, kills it and throws.
 *
 * @param name names the program in error messages
 */
export async function untilReady(
  program: TetheredProcess,
  name: string,
  timeoutMs: number,
  isReady: () => Promise<boolean>,
): Promise<void> {
  let exitCode: number | undefined;
  program.exited.then((code) => exitCode = code);
  try {
    await until(`${name} to be ready`, timeoutMs, async () => {
      if (exitCode !== undefined) throw new Error(`${name} exited with code ${exitCode}`);
      return await isReady() ? true : undefined;
    });
  } catch (error) {
    await program.stop("SIGKILL");
    throw error;
  }
}
