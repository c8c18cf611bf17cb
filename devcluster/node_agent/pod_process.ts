import { undefinedIfNotFound } from "../not_found.ts";
import { spawnTethered } from "../tethered_process.ts";
import type { ProcessEnd } from "./pod_status.ts";

/** The kubelet keeps this much of a termination message. */
const MAX_MESSAGE_BYTES = 4096;

export interface PodProcess {
  readonly pid: number;
  readonly startedAtMs: number;
  /** Resolves when the process has ended. */
  readonly ended: Promise<ProcessEnd>;
  /** Sends a signal; does nothing if the process has ended. */
  signal(name: "SIGTERM" | "SIGKILL"): void;
}

export interface PodProcessOptions {
  command: string[];
  env: Record<string, string>;
  /** File for its output. */
  logFile: string;
  /** File for its termination message. */
  terminationLog: string;
}

/** Starts the command of a container as a process that does not outlive this one. */
export function startPodProcess(options: PodProcessOptions): PodProcess {
  const { command, env, logFile, terminationLog } = options;
  const startedAtMs = Date.now();
  const { pid, exited, signal } = spawnTethered({ command, env, clearEnv: true, logFile });
  const ended = exited.then(async (exitCode) => {
    const endedAtMs = Date.now();
    const bytes = await undefinedIfNotFound(Deno.readFile(terminationLog));
    const message = new TextDecoder().decode(bytes?.subarray(-MAX_MESSAGE_BYTES));
    return { exitCode, startedAtMs, endedAtMs, message };
  });
  return { pid, startedAtMs, ended, signal };
}
