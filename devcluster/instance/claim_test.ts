// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { claimName, cleanUpStale } from "./claim.ts";
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

/** Nobody's identity: this process's id, but another start. */
const DEAD: ProcessIdentity = { pid: Deno.pid, startedAt: "never" };

async function namesIn(root: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(root));
  return entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort();
}

Deno.test("of many who want a name at once, one gets it", async () => {
  await withRoot(async (root) => {
    const claims = await Promise.all([1, 2, 3].map(() => claimName(root, "one")));
    assertEquals(claims.filter(Boolean).length, 1);
  });
});

Deno.test("a name must be fit for a folder and a context", async () => {
  for (const name of ["", "..", "a/b", "-a", "A", "a".repeat(41)]) {
    await assertRejects(() => claimName("/nowhere", name), Error, "Cannot name a control plane");
  }
});

Deno.test("what dead runs left is ended, what living ones use is not", async () => {
  await withRoot(async (root) => {
    const left = new Deno.Command("sleep", { args: ["600"] }).spawn();
    const program = await identify(left.pid);
    const alive = await identify(Deno.pid);
    for (const name of ["dead", "owned", "supervised", "empty", ".gone-1"]) {
      await Deno.mkdir(`${root}/${name}`);
    }
    await writeJson(`${root}/dead/owner.json`, DEAD);
    await writeJson(`${root}/dead/supervisor.json`, DEAD);
    await writeJson(`${root}/dead/processes.json`, [{ ...program, name: "etcd" }]);
    await writeJson(`${root}/owned/owner.json`, alive);
    await writeJson(`${root}/supervised/owner.json`, DEAD);
    await writeJson(`${root}/supervised/supervisor.json`, alive);

    assertEquals((await cleanUpStale(root)).sort(), ["dead", "empty"]);
    assertEquals(await namesIn(root), ["owned", "supervised"]);
    assertEquals((await left.status).signal, "SIGKILL");
    assertEquals(program && await hasEnded(program, 10_000), true);
  });
});

Deno.test("a process that got the id of a dead one is left alone", async () => {
  await withRoot(async (root) => {
    await Deno.mkdir(`${root}/dead`);
    // If only the id counted, this test would end itself.
    await writeJson(`${root}/dead/processes.json`, [{ ...DEAD, name: "etcd" }]);
    assertEquals(await cleanUpStale(root), ["dead"]);
  });
});
