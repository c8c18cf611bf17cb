import { spawnTethered, type TetheredProcess } from "../tethered_process.ts";
import { type StartedProgram, writeJson } from "./folder.ts";
import { logTail } from "./log_tail.ts";
import { identify } from "./process_identity.ts";

export interface Program {
  /** Name that is unique in the control plane. The log of the program is `logs/NAME.log`. */
  name: string;
  path: string;
  args: string[];
}

/** Starts and monitors the programs of a new control plane. */
export interface Programs {
  start(program: Program): Promise<void>;
  /**
   * If a program exits, this process kills the other programs and then rejects this promise. The error contains the end
   * of the log of the program that exited.
   */
  readonly failure: Promise<never>;
  /**
   * Must be called when the control plane is ready. After the call, the programs do not keep this process running. A
   * detached control plane runs until `endInstance` stops it. Any other control plane stops when this process stops.
   */
  settle(): Promise<void>;
}

// Script of the watchdog, which removes the folder of a control plane. When the process that started the control plane
// stops, the kernel closes the watchdog's standard input, and `read` returns. The watchdog removes the file "running",
// and the programs stop during `sleep`. The watchdog has its own session, so that Ctrl-C does not stop it.
const WATCHDOG_SCRIPT = 'read -r _; rm -f "$1/running"; sleep 2; rm -rf "$1"';

/**
 * References to the watchdogs. Without a reference, garbage collection would close the standard input of a watchdog.
 */
const watchdogs: Deno.ChildProcess[] = [];

/**
 * Starts the watchdog of a control plane, and returns its `Programs`. If this process stops for any reason, even
 * SIGKILL, the programs stop and the watchdog removes the folder.
 */
export async function createPrograms(folder: string, detached: boolean): Promise<Programs> {
  const running = `${folder}/running`;
  await Deno.writeTextFile(running, "");
  const watchdog = new Deno.Command("/bin/sh", {
    args: ["-c", WATCHDOG_SCRIPT, "sh", folder],
    detached: true,
    cwd: "/",
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  watchdogs.push(watchdog);
  await writeJson(`${folder}/watchdog.json`, await identify(watchdog.pid));

  const children: TetheredProcess[] = [];
  const started: StartedProgram[] = [];
  const failure = Promise.withResolvers<never>();
  // The caller need not await `failure`, so this handler prevents an unhandled rejection.
  failure.promise.catch(() => {});
  return {
    failure: failure.promise,
    async start({ name, path, args }) {
      const logFile = `${folder}/logs/${name}.log`;
      const child = spawnTethered({
        command: [path, ...args],
        clearEnv: true,
        env: { PATH: Deno.env.get("PATH") ?? "", HOME: folder },
        cwd: folder,
        logFile,
        livesWith: detached ? running : undefined,
      });
      children.push(child);
      child.exited.then(async (code) => {
        for (const other of children) other.signal("SIGKILL");
        const tail = await logTail(logFile);
        failure.reject(
          new Error(`"${name}" exited with code ${code}; the end of its log:\n${tail}`),
        );
      });
      const identity = await identify(child.pid);
      if (identity === undefined) return;
      started.push({ name, ...identity });
      await writeJson(`${folder}/processes.json`, started);
    },
    async settle() {
      for (const child of children) child.unref();
      watchdog.unref();
      if (!detached) return;
      watchdog.kill("SIGKILL");
      await Deno.remove(`${folder}/watchdog.json`);
    },
  };
}
