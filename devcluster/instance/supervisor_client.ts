import { lines } from "../lines.ts";
import { logTail } from "./log_tail.ts";

/** A program of an instance. The supervisor ends it with the instance. */
export interface Program {
  /** Unique in the instance. Its log is `logs/NAME.log`. */
  name: string;
  path: string;
  args: string[];
}

/**
 * Command of the owner: one JSON line on the standard input of the supervisor. `settle` is the last one; after
 * `detached` the instance outlives its owner.
 */
export type Command = { start: Program } | { settle: "attached" | "detached" };

/** Report of the supervisor: one JSON line on its standard output, until it is settled. */
export type Report =
  | { started: string; pid: number }
  | { exited: string; code: number }
  | { settled: true };

/** The supervisor process of an instance, for its owner. */
export interface Supervisor {
  /** Starts a program and returns its process ID. Callers must not call it concurrently. */
  start(program: Program): Promise<number>;
  /** Rejects with the end of its log if a program exits before the instance is settled. */
  readonly failure: Promise<never>;
  /**
   * Ends the boot: the supervisor no longer keeps this process running. An attached instance ends with this process; a
   * detached one outlives it.
   */
  settle(how: "attached" | "detached"): Promise<void>;
  /** Ends an attached instance. Returns false if one of its programs failed before. */
  end(): Promise<boolean>;
}

const SUPERVISOR = new URL("./supervisor.ts", import.meta.url).pathname;

/** Starts the supervisor of the instance folder ROOT/NAME, which must contain a folder `logs`. */
export function startSupervisor(root: string, name: string): Supervisor {
  const folder = `${root}/${name}`;
  const log = `${folder}/logs/supervisor.log`;
  const child = new Deno.Command("/bin/sh", {
    args: [
      // The messages go to a file, because the standard error of the owner may be closed.
      ...["-c", 'log=$1; shift; exec "$@" 2>>"$log"', "sh", log],
      ...[Deno.execPath(), "run", "-A", "--no-config", "--no-prompt", SUPERVISOR, root, name],
    ],
    // Ctrl-C reaches all processes of the terminal's session. The supervisor must survive it to clean up.
    detached: true,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const stdin = child.stdin.getWriter();
  const failure = Promise.withResolvers<never>();
  // The caller may not wait for a failure.
  failure.promise.catch(() => {});
  let started = Promise.withResolvers<number>();
  const reading = readReports();

  async function readReports(): Promise<void> {
    for await (const line of lines(child.stdout)) {
      const report = JSON.parse(line) as Report;
      if ("started" in report) started.resolve(report.pid);
      // Leaving the loop closes the pipe; a pending read would keep this process running.
      else if ("settled" in report) return;
      else failure.reject(await exitError(folder, report.exited, report.code));
    }
    failure.reject(new Error(`The supervisor of "${name}" has ended:\n${await logTail(log)}`));
  }

  async function send(command: Command): Promise<void> {
    await stdin.write(new TextEncoder().encode(`${JSON.stringify(command)}\n`));
  }

  return {
    failure: failure.promise,
    async start(program) {
      started = Promise.withResolvers();
      await send({ start: program });
      return await Promise.race([started.promise, failure.promise]);
    },
    async settle(how) {
      await send({ settle: how });
      await reading;
      if (how === "detached") await stdin.close();
      child.unref();
    },
    async end() {
      child.ref();
      await stdin.close();
      return (await child.status).success;
    },
  };
}

async function exitError(folder: string, program: string, code: number): Promise<Error> {
  const tail = await logTail(`${folder}/logs/${program}.log`);
  return new Error(`"${program}" exited with code ${code}; the end of its log:\n${tail}`);
}
