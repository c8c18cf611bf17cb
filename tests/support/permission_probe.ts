// This program attempts operations that Deno must deny to the operator. It prints the names of the operations that
// succeeded as a JSON list. The arguments are a command line of the operator: before the attempts, the program drops
// the Deno permissions that this command line does not need. Without arguments, the program keeps all permissions.
import { dropPermissions } from "../../commands/cli/permissions.ts";

const [command, ...args] = Deno.args;
if (command !== undefined) dropPermissions(command, args);

/** Operations by name. An operation throws or returns `undefined` if Deno denies it. */
const attempts: Record<string, () => unknown> = {
  "read a file": () => Deno.readTextFileSync("/etc/hostname"),
  "read the source": () => Deno.readTextFileSync(new URL(import.meta.url)),
  "list a folder": () => [...Deno.readDirSync("/")],
  "write a file": () => {
    Deno.writeTextFileSync("/tmp/dynamo-operator-probe", "");
    Deno.removeSync("/tmp/dynamo-operator-probe");
    return true;
  },
  "run a program": () => new Deno.Command("/bin/true").outputSync(),
  "read any variable": () => Deno.env.get("PATH"),
  "read all variables": () => Object.keys(Deno.env.toObject()).find((name) => name === "PATH"),
  "read the OS release": () => Deno.osRelease(),
  "load a library": () => Deno.dlopen("/lib/x86_64-linux-gnu/libc.so.6", {}),
  "use the network": () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close() ?? true,
};

const allowed: string[] = [];
for (const [operation, attempt] of Object.entries(attempts)) {
  try {
    if (attempt() !== undefined) allowed.push(operation);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
  }
}
console.log(JSON.stringify(allowed));
