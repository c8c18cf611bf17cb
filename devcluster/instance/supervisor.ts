/**
 * Runs the programs of one instance, and ends them when the owner ends.
 *
 *     deno run -A supervisor.ts ROOT NAME
 *
 * The owner holds the other end of the standard input. However the owner ends, even by SIGKILL, the kernel closes that
 * end; then the supervisor ends the programs and removes the folder. A detached instance runs until its supervisor
 * receives SIGTERM. If one program exits by itself, the supervisor ends the others and keeps the folder with the logs.
 */
import { lines } from "../lines.ts";
import { removeFolder, type StartedProgram, writeJson } from "./folder.ts";
import { identify, signal } from "./process_identity.ts";
import type { Command, Program, Report } from "./supervisor_client.ts";

const [root = "", name = ""] = Deno.args;
if (root === "" || name === "") throw new Error("Usage: supervisor.ts ROOT NAME");
const folder = `${root}/${name}`;

const children = new Map<string, Deno.ChildProcess>();
const started: StartedProgram[] = [];
let settled: "no" | "attached" | "detached" = "no";
let ending = false;

async function start(program: Program): Promise<void> {
  const log = `${folder}/logs/${program.name}.log`;
  // The shell redirects the output and then becomes the program, with the same process ID.
  const script = 'log=$1; shift; exec "$@" >>"$log" 2>&1';
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", script, "sh", log, program.path, ...program.args],
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH") ?? "", HOME: folder },
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
    console.error(`"${program.name}" exited with code ${code}`);
    await end(1);
  });
}

function report(message: Report): void {
  if (settled !== "no") return;
  try {
    Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
  } catch (error) {
    // The owner has ended. Then the standard input ends too, which ends the instance.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  // The data is deleted anyway, and after SIGTERM an API server would hold its port for many seconds.
  for (const { pid } of children.values()) {
    const identity = await identify(pid);
    if (identity !== undefined) await signal(identity, "SIGKILL");
  }
  await Promise.all([...children.values()].map((child) => child.status));
  if (code === 0) await removeFolder(root, name);
  Deno.exit(code);
}

for (const signalName of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  Deno.addSignalListener(signalName, () => end(0));
}
await writeJson(`${folder}/supervisor.json`, await identify(Deno.pid));

for await (const line of lines(Deno.stdin.readable)) {
  // A program must not start while the others are ended.
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
