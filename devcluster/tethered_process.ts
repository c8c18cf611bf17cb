import { until } from "./until.ts";

// Shell script that runs a program and kills it when this process stops. The program replaces the shell and keeps its
// process ID. A child of the shell waits until its standard input is closed, and then kills the program. The kernel
// closes this input when this process stops for any reason.
const ENDS_WITH_PARENT = "log=$1; shift; exec 3<&0; (read -r _ <&3; kill -KILL $$ 2>/dev/null) & " +
  'exec "$@" 3<&- </dev/null >>"$log" 2>&1';

// Shell script that runs a program. A child of the shell kills the program when `$file` is removed. The child also
// exits if the program has stopped.
const ENDS_WITH_FILE = "log=$1; file=$2; shift 2; " +
  '(while [ -e "$file" ] && kill -0 $$; do sleep 1; done; kill -KILL $$) </dev/null >/dev/null 2>&1 & ' +
  'exec "$@" </dev/null >>"$log" 2>&1';

export interface TetheredOptions {
  command: readonly string[];
  /** Environment variables in addition to those of this process. With `clearEnv`, the program gets only these. */
  env?: Readonly<Record<string, string>>;
  clearEnv?: boolean;
  /** Working directory of the program; if absent, the working directory of this process. */
  cwd?: string;
  /** File to which the output of the program is appended. */
  logFile: string;
  /**
   * Path of a file. The program stops when this file is removed. By default, the program stops when this process stops.
   */
  livesWith?: string | undefined;
}

export interface TetheredProcess {
  pid: number;
  /** Resolves with the exit code when the program has stopped. */
  exited: Promise<number>;
  /** Sends a signal; does nothing if the program has stopped. */
  signal(name: Deno.Signal): void;
  /** Sends a signal, SIGTERM by default, and waits until the program has stopped. Returns the exit code. */
  stop(signal?: Deno.Signal): Promise<number>;
  /** Allows this process to exit while the program runs. */
  unref(): void;
}

/**
 * Starts a program. The program stops when the file `livesWith` is removed. Without `livesWith`, the program stops when
 * this process stops.
 */
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
    // The program has its own session, so that Ctrl-C or a closed terminal does not stop it. This process decides when
    // the program stops.
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
      // These errors mean that the program has already stopped.
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
 * Waits until `isReady` returns true. If the program exits or is not ready after `timeoutMs`, kills it and throws.
 *
 * @param name name of the program for error messages
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
