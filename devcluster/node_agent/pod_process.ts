import type { ProcessEnd } from "./pod_status.ts";

// The shell becomes the program, under the same process id. What it leaves behind waits for the end of standard input,
// which comes when the agent's process ends in whatever way, and then ends the program too.
const TETHERED = "log=$1; shift; exec 3<&0; (read -r _ <&3; kill -KILL $$ 2>/dev/null) & " +
  'exec "$@" 3<&- </dev/null >>"$log" 2>&1';
/** What the kubelet keeps of a termination message. */
const MOST_MESSAGE_BYTES = 4096;

export interface PodProcess {
  readonly pid: number;
  readonly startedAtMs: number;
  /** Resolves when the process has ended, with what it left behind. */
  readonly ended: Promise<ProcessEnd>;
  /** Sends a signal; one that comes after the end does nothing. */
  signal(name: "SIGTERM" | "SIGKILL"): void;
}

export interface PodProcessOptions {
  command: string[];
  env: Record<string, string>;
  /** Where its output goes. */
  logFile: string;
  /** Where it writes its last words. */
  terminationLog: string;
}

/** Starts a container's command as a process that does not outlive this one. */
export function startPodProcess(options: PodProcessOptions): PodProcess {
  const { command, env, logFile, terminationLog } = options;
  const startedAtMs = Date.now();
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", TETHERED, "sh", logFile, ...command],
    clearEnv: true,
    env,
    stdin: "piped",
  }).spawn();
  return {
    pid: child.pid,
    startedAtMs,
    ended: (async () => {
      const { code } = await child.status;
      const endedAtMs = Date.now();
      await child.stdin.close();
      return { exitCode: code, startedAtMs, endedAtMs, message: await lastWords(terminationLog) };
    })(),
    signal(name) {
      try {
        child.kill(name);
      } catch (error) {
        // It has ended by itself.
        if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
      }
    },
  };
}

async function lastWords(file: string): Promise<string> {
  try {
    const bytes = await Deno.readFile(file);
    return new TextDecoder().decode(bytes.subarray(-MOST_MESSAGE_BYTES));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
