import { lines } from "../lines.ts";
import { logTail } from "./log_tail.ts";
import type { Command, Program, Report } from "./program.ts";

/** The owner's end of a supervisor process. */
export interface Supervisor {
  /** Starts a program and returns its process id; one at a time. Throws what `failure` says. */
  start(program: Program): Promise<number>;
  /** Rejects when a program ends before the instance is settled, with the end of its log. */
  readonly failure: Promise<never>;
  /**
   * Booting is over: the supervisor no longer keeps this process from ending. Attached, the instance
   * ends with this process; detached, it outlives it.
   */
  settle(how: "attached" | "detached"): Promise<void>;
  /** Ends an instance that is not detached. Returns false when it had broken by itself before. */
  end(): Promise<boolean>;
}

const SUPERVISOR = new URL("./supervisor.ts", import.meta.url).pathname;

/** Starts the supervisor of the instance folder ROOT/NAME, which must have a folder `logs`. */
export function startSupervisor(root: string, name: string): Supervisor {
  const folder = `${root}/${name}`;
  const log = `${folder}/logs/supervisor.log`;
  // Its own session, because Ctrl-C in a terminal reaches all processes of the owner's session and this
  // one must live on to clean up. Its messages go to a file, for the owner's may be closed by then.
  const child = new Deno.Command("/bin/sh", {
    args: [
      ...["-c", 'log=$1; shift; exec "$@" 2>>"$log"', "sh", log],
      ...[Deno.execPath(), "run", "-A", "--no-config", "--no-prompt", SUPERVISOR, root, name],
    ],
    detached: true,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const stdin = child.stdin.getWriter();
  const failure = Promise.withResolvers<never>();
  // Whoever waits for something races it against the failure; with nobody waiting it may be dropped.
  failure.promise.catch(() => {});
  let started = Promise.withResolvers<number>();
  const conversation = listen();

  async function listen(): Promise<void> {
    for await (const line of lines(child.stdout)) {
      const report = JSON.parse(line) as Report;
      if ("started" in report) {
        started.resolve(report.pid);
      } else if ("settled" in report) {
        // Leaving the loop closes our end; a pending read would keep this process from ending.
        return;
      } else {
        failure.reject(await endedByItself(folder, report.exited, report.code));
      }
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
      await conversation;
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

async function endedByItself(folder: string, program: string, code: number): Promise<Error> {
  const tail = await logTail(`${folder}/logs/${program}.log`);
  return new Error(`"${program}" ended by itself with code ${code}; the end of its log:\n${tail}`);
}
