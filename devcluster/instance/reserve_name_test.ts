// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { cleanUpStale, reserveName } from "./reserve_name.ts";
import { writeJson } from "./folder.ts";
import { hasEnded, identify, type ProcessIdentity } from "./process_identity.ts";

async function withRoot(test: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await test(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** Identity of a stopped process: the ID of the test process with another start time. */
const DEAD: ProcessIdentity = { pid: Deno.pid, startedAt: "never" };

async function namesIn(root: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(root));
  return entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort();
}

Deno.test("of concurrent calls with the same name, one reserves it", async () => {
  await withRoot(async (root) => {
    const reserved = await Promise.all([1, 2, 3].map(() => reserveName(root, "one")));
    assertEquals(reserved.filter(Boolean).length, 1);
  });
});

Deno.test("a name must be valid for a folder and a context", async () => {
  for (const name of ["", "..", "a/b", "-a", "A", "a".repeat(41)]) {
    await assertRejects(() => reserveName("/nowhere", name), Error, "Cannot name a control plane");
  }
});

Deno.test("the programs of stale instances are stopped, the programs of other instances are not", async () => {
  await withRoot(async (root) => {
    const sleep = new Deno.Command("sleep", { args: ["600"] }).spawn();
    const program = await identify(sleep.pid);
    const alive = await identify(Deno.pid);
    for (const name of ["dead", "owned", "watched", "empty", ".gone-1"]) {
      await Deno.mkdir(`${root}/${name}`);
    }
    await writeJson(`${root}/dead/owner.json`, DEAD);
    await writeJson(`${root}/dead/watchdog.json`, DEAD);
    await writeJson(`${root}/dead/processes.json`, [{ ...program, name: "etcd" }]);
    await writeJson(`${root}/owned/owner.json`, alive);
    await writeJson(`${root}/watched/owner.json`, DEAD);
    await writeJson(`${root}/watched/watchdog.json`, alive);

    assertEquals((await cleanUpStale(root)).sort(), ["dead", "empty"]);
    assertEquals(await namesIn(root), ["owned", "watched"]);
    assertEquals((await sleep.status).signal, "SIGKILL");
    assertEquals(program && await hasEnded(program, 10_000), true);
  });
});

Deno.test("a later process with the ID of a stopped program is not stopped", async () => {
  await withRoot(async (root) => {
    await Deno.mkdir(`${root}/dead`);
    await writeJson(`${root}/dead/processes.json`, [{ ...DEAD, name: "etcd" }]);
    assertEquals(await cleanUpStale(root), ["dead"]);
  });
});
