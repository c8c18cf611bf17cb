// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { jobs, pods, secrets } from "../../kube/builtin.ts";
import { eventually } from "../support/eventually.ts";
import { noCluster } from "../support/shared_cluster.ts";
import { fakeImage } from "./support/fake_image.ts";
import { openTheatre } from "./support/theatre.ts";

const VALUE = "tenant-with-a-secret-name";
const target = { tableName: "Orders", partitionValue: VALUE };

Deno.test(
  "a partition job runs, tells how far it is, and ends",
  { ignore: noCluster },
  async () => {
    await using fake = await fakeImage();
    await using theatre = await openTheatre("partition-story", fake.image);
    await using _operator = await theatre.operator();
    const scene = await theatre.scene();

    await fake.say({ phase: "Deleting", itemsFound: 300, itemsDeleted: 120 });
    await scene.job("orders", { ...target, ttlSecondsAfterFinished: 3600 });
    const running = await scene.until("orders", (_, status) => {
      assertEquals([status.phase, status.itemsDeleted], ["Running", 120], JSON.stringify(status));
    });
    assertEquals(running.status?.message, "120 of 300 items deleted");
    assertEquals((await scene.get(jobs, "orders-job")).spec?.ttlSecondsAfterFinished, undefined);

    await fake.end("done", { outcome: "Deleted", itemsFound: 300, itemsDeleted: 300 });
    const { status } = await scene.untilPhase("orders", "Succeeded");
    assertEquals([status?.itemsFound, status?.itemsDeleted], [300, 300]);
    await eventually(async () => {
      const { metadata, spec } = await scene.get(jobs, "orders-job");
      assertEquals([metadata.finalizers ?? [], spec?.ttlSecondsAfterFinished], [[], 3600]);
    });
    assertEquals((await fake.runs()).length, 1);
    const seen = JSON.stringify([
      await scene.list(jobs),
      await scene.list(pods),
      await fake.runs(),
    ]);
    assertEquals(seen.includes(VALUE), false);
    const [secret] = await scene.list(secrets);
    assertEquals([secret?.immutable, atob(secret?.data?.["PARTITION_VALUE"] ?? "")], [true, VALUE]);

    const table = await theatre.cluster.kubectl(["get", "ddp", "-n", scene.namespace]);
    assertStringIncludes(table.replaceAll(/ +/g, " "), "NAME TABLE PHASE DELETED AGE");
    assertStringIncludes(table.replaceAll(/ +/g, " "), "orders Orders Succeeded 300");
  },
);
