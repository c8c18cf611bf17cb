// @ts-types="../../types/std/assert.d.ts"
import { assertNotEquals, assertRejects } from "@std/assert";
import { startCluster } from "../../devcluster/start_cluster.ts";
import { processesOf, untilGone } from "./processes_of.ts";

Deno.test("two control planes run side by side and leave no processes and files", async () => {
  await using one = await startCluster({ controllers: false });
  await using two = await startCluster({ controllers: false });
  assertNotEquals(one.server, two.server);
  await one.kubectl(["create", "namespace", "mine"]);
  await assertRejects(() => two.kubectl(["get", "namespace", "mine"]), Error, "NotFound");
  await assertRejects(
    () => startCluster({ name: one.name }),
    Error,
    "a control plane with this name runs already",
  );

  for (const cluster of [one, two]) {
    const processes = await processesOf(cluster.folder);
    await cluster.stop();
    await untilGone(processes, cluster.folder);
  }
});
