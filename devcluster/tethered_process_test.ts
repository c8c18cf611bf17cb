// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { spawnTethered } from "./tethered_process.ts";

async function spawned(
  script: string,
  options: { clearEnv?: boolean; cwd?: string; env?: Record<string, string> },
): Promise<{ code: number; printed: string }> {
  const logFile = await Deno.makeTempFile();
  const command = ["/bin/sh", "-c", script];
  const code = await spawnTethered({ command, logFile, ...options }).exited;
  const printed = await Deno.readTextFile(logFile);
  await Deno.remove(logFile);
  return { code, printed };
}

Deno.test("a program has the environment and the folder of its options", async () => {
  const script = 'echo "${HOME:-none} $GIVEN $(pwd)"; exit 7';
  const env = { GIVEN: "given" };
  assertEquals(await spawned(script, { clearEnv: true, env, cwd: "/" }), {
    code: 7,
    printed: "none given /\n",
  });
  assertEquals(await spawned(script, { env, cwd: "/" }), {
    code: 7,
    printed: `${Deno.env.get("HOME") ?? "none"} given /\n`,
  });
});

Deno.test("a signal stops a program; a later signal does nothing", async () => {
  const program = spawnTethered({ command: ["/bin/sleep", "600"], logFile: "/dev/null" });
  assertEquals(await program.stop(), 143);
  program.signal("SIGTERM");
  assertEquals(await program.stop("SIGKILL"), 143);
});
