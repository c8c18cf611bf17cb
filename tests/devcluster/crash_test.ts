// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { cleanUpStale } from "../../devcluster/instance/reserve_name.ts";
import { instancesRoot } from "../../devcluster/instance/folder.ts";
import { isAlive, signal } from "../../devcluster/instance/process_identity.ts";
import { lines } from "../../devcluster/lines.ts";
import { processesOf, untilGone } from "./processes_of.ts";

const START = new URL("../../devcluster/start_cluster.ts", import.meta.url).href;

/** A process that boots a control plane for itself and then waits to be killed. */
const OWNER = `
  import { startCluster } from "${START}";
  const cluster = await startCluster({ controllers: false });
  console.log(cluster.folder);
  setInterval(() => {}, 1000);
`;

/** Runs `test` with such a process and the folder of its control plane. */
async function withOwner(
  test: (owner: Deno.ChildProcess, folder: string) => Promise<void>,
): Promise<void> {
  const owner = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", OWNER],
    stdout: "piped",
  }).spawn();
  try {
    const output = lines(owner.stdout);
    const { value: folder } = await output.next();
    await output.return(undefined);
    assertEquals(typeof folder, "string");
    if (folder !== undefined) await test(owner, folder);
  } finally {
    await owner.status;
  }
}

for (const name of ["SIGKILL", "SIGINT", "SIGTERM"] as const) {
  Deno.test(`a control plane ends with the process that started it, ended by ${name}`, async () => {
    await withOwner(async (owner, folder) => {
      const processes = await processesOf(folder);
      owner.kill(name);
      await untilGone(processes, folder);
    });
  });
}

Deno.test("what is left when the supervisor is killed too is ended by the next start", async () => {
  await withOwner(async (owner, folder) => {
    const processes = await processesOf(folder);
    const [supervisor, ...programs] = processes;
    if (supervisor !== undefined) await signal(supervisor, "SIGKILL");
    owner.kill("SIGKILL");
    await owner.status;
    assertEquals(await Promise.all(programs.map(isAlive)), [true, true]);

    await cleanUpStale(await instancesRoot());
    await untilGone(processes, folder);
  });
});
