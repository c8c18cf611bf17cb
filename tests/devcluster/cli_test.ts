// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertMatch } from "@std/assert";
import { processesOf, untilGone } from "./processes_of.ts";

const CLI = new URL("../../devcluster/cli.ts", import.meta.url).pathname;

async function cluster(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", CLI, ...args],
    // The command must work in every folder, so the test runs it outside the folder of the project.
    cwd: "/",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("a control plane of `up` runs until `down`", async () => {
  const name = `cli-${crypto.randomUUID().slice(0, 8)}`;
  const missing = await cluster("kubeconfig", "--name", name);
  assertEquals([missing.code, missing.stdout], [1, ""]);
  assertMatch(missing.stderr, new RegExp(`start it with "deno task cluster up --name ${name}"`));

  // Of two concurrent calls, one starts the control plane, and the other waits until the control plane runs.
  const ups = await Promise.all([cluster("up", "--name", name), cluster("up", "--name", name)]);
  try {
    assertEquals(ups.map(({ code, stdout }) => [code, stdout]), [[0, ""], [0, ""]]);
    const again = await cluster("up", "--name", name);
    assertEquals([again.code, again.stdout], [0, ""]);
    assertMatch(again.stderr, /runs already/);
  } finally {
    const { stdout } = await cluster("kubeconfig", "--name", name);
    assertMatch(stdout, /^\/.+\n$/);
    const folder = stdout.trim().replace(/\/[^/]+$/, "");
    const processes = await processesOf(folder);
    const down = await cluster("down", "--name", name);
    assertEquals([down.code, down.stdout], [0, ""]);
    await untilGone(processes, folder);
  }
});

Deno.test("a wrong command line exits with code 2 and prints the usage", async () => {
  const { code, stdout, stderr } = await cluster("up", "--nmae", "x");
  assertEquals([code, stdout], [2, ""]);
  assertMatch(stderr, /--nmae/);
  assertMatch(stderr, /Usage:/);
});

Deno.test("--help prints the usage", async () => {
  const { code, stdout, stderr } = await cluster("--help");
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /^Usage:\n {2}deno task cluster up /);
});

Deno.test("the command refuses an unknown add-on before it starts a control plane", async () => {
  const { code, stderr } = await cluster("up", "--name", "never", "--with", "volcano");
  assertEquals(code, 1);
  assertMatch(stderr, /Cannot add "volcano" to the control plane/);
});
