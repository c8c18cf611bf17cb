import { spawnTethered } from "../tethered_process.ts";
import type { ProcessEnd } from "./pod_status.ts";

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
  const { pid, exited, signal } = spawnTethered({ command, env, clearEnv: true, logFile });
  return {
    pid,
    startedAtMs,
    ended: (async () => {
      const exitCode = await exited;
      const endedAtMs = Date.now();
      return { exitCode, startedAtMs, endedAtMs, message: await lastWords(terminationLog) };
    })(),
    signal,
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
