// Run as a program: tries what an operator must not be able to do, and prints as JSON what it could.
const attempts: Record<string, () => unknown> = {
  "read a file": () => Deno.readTextFileSync("/etc/hostname"),
  "read the source": () => Deno.readTextFileSync(new URL(import.meta.url)),
  "list a folder": () => [...Deno.readDirSync("/")],
  "write a file": () => Deno.writeTextFileSync("/tmp/dynamo-operator-probe", ""),
  "run a program": () => new Deno.Command("/bin/true").outputSync(),
  "read any variable": () => Deno.env.get("HOME"),
  "read all variables": () => Deno.env.toObject(),
  "ask the system": () => Deno.osRelease(),
  "load a library": () => Deno.dlopen("/lib/x86_64-linux-gnu/libc.so.6", {}),
};

const allowed: string[] = [];
for (const [what, attempt] of Object.entries(attempts)) {
  try {
    attempt();
    allowed.push(what);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
  }
}
console.log(JSON.stringify(allowed));
