// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { cleanUpStale } from "../../devcluster/instance/reserve_name.ts";
import { instancesRoot } from "../../devcluster/instance/folder.ts";
import { hasEnded, signal } from "../../devcluster/instance/process_identity.ts";
import { lines } from "../../devcluster/lines.ts";
import { processesOf, untilGone } from "./processes_of.ts";

const START = new URL("../../devcluster/start_cluster.ts", import.meta.url).href;

/** Source of a program that starts a control plane and then waits for a signal. */
const OWNER = `
  import { startCluster } from "${START}";
  const cluster = await startCluster({ controllers: false });
  console.log(cluster.folder);
  setInterval(() => {}, 1000);
`;

/** Starts the program {@link OWNER}, and calls `test` with its process and the folder of its control plane. */
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
  Deno.test(`a control plane stops when ${name} stops the process that started it`, async () => {
    await withOwner(async (owner, folder) => {
      const processes = await processesOf(folder);
      owner.kill(name);
      await untilGone(processes, folder);
    });
  });
}

Deno.test("if the watchdog is killed too, the programs stop and the next start removes the folder", async () => {
  await withOwner(async (owner, folder) => {
    const processes = await processesOf(folder);
    const [watchdog, ...programs] = processes;
    if (watchdog !== undefined) await signal(watchdog, "SIGKILL");
    owner.kill("SIGKILL");
    await owner.status;
    for (const program of programs) assertEquals(await hasEnded(program, 10_000), true);
    assertEquals((await Deno.stat(folder)).isDirectory, true);

    await cleanUpStale(await instancesRoot());
    await untilGone(processes, folder);
  });
});
