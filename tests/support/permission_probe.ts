// This program tries operations that an operator must not be able to do, and prints those that succeeded as JSON. With
// arguments it first drops the Deno permissions that the subcommand with these arguments does not need.
import { dropPermissions } from "../../commands/cli/permissions.ts";

const [command, ...args] = Deno.args;
if (command !== undefined) dropPermissions(command, args);

/** Each returns a value other than `undefined` if it is permitted. */
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
