/**
 * Runs the programs of one instance and ends them when their owner goes away.
 *
 *     deno run -A supervisor.ts ROOT NAME
 *
 * The owner holds the other end of this process's standard input. However the owner ends, by itself,
 * by Ctrl-C or by SIGKILL, the kernel closes that end, and the programs and the folder go. A detached
 * instance stays until this process is told to end by SIGTERM.
 * A control plane is whole or not at all: when one program ends by itself, so do the others, and the
 * folder with the logs stays for whoever wants to know why.
 */
import { lines } from "../lines.ts";
import { removeFolder, type StartedProgram, writeJson } from "./folder.ts";
import { identify, signal } from "./process_identity.ts";
import type { Command, Program, Report } from "./program.ts";

const [root, name] = Deno.args;
if (root === undefined || name === undefined) throw new Error("Usage: supervisor.ts ROOT NAME");
const folder = `${root}/${name}`;

const children = new Map<string, Deno.ChildProcess>();
const started: StartedProgram[] = [];
let settled: "no" | "attached" | "detached" = "no";
let ending = false;

async function start(program: Program): Promise<void> {
  // The shell gives the program a log file and then becomes the program, under the same process id.
  const log = `${folder}/logs/${program.name}.log`;
  const child = new Deno.Command("/bin/sh", {
    args: [
      "-c",
      'log=$1; shift; exec "$@" >>"$log" 2>&1',
      "sh",
      log,
      program.path,
      ...program.args,
    ],
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH") ?? "", HOME: folder, ...program.env },
    cwd: folder,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  children.set(program.name, child);
  const identity = await identify(child.pid);
  if (identity !== undefined) {
    started.push({ name: program.name, ...identity });
    await writeJson(`${folder}/processes.json`, started);
  }
  report({ started: program.name, pid: child.pid });
  child.status.then(async ({ code }) => {
    children.delete(program.name);
    if (ending) return;
    report({ exited: program.name, code });
    console.error(`"${program.name}" ended by itself with code ${code}`);
    await end(1);
  });
}

function report(message: Report): void {
  if (settled !== "no") return;
  try {
    Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
  } catch (error) {
    // The owner has ended, which shows as the end of standard input too and is handled there.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  // Nothing is worth saving: the data is thrown away, and an API server that is asked politely
  // holds its port for many seconds.
  for (const { pid } of children.values()) {
    const identity = await identify(pid);
    if (identity !== undefined) await signal(identity, "SIGKILL");
  }
  await Promise.all([...children.values()].map((child) => child.status));
  if (code === 0 && root !== undefined && name !== undefined) await removeFolder(root, name);
  Deno.exit(code);
}

for (const signalName of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  Deno.addSignalListener(signalName, () => end(0));
}
await writeJson(`${folder}/supervisor.json`, await identify(Deno.pid));

for await (const line of lines(Deno.stdin.readable)) {
  // Nothing new may start once the rest is being ended.
  if (ending) break;
  const command = JSON.parse(line) as Command;
  if ("start" in command) {
    await start(command.start);
  } else {
    report({ settled: true });
    settled = command.settle;
  }
}
if (settled !== "detached") await end(0);
