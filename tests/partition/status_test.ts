// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { requestKind } from "../../devcluster/audit_entry.ts";
import { events, jobs, pods, secrets } from "../../kube/builtin.ts";
import { partitionJobs } from "../../reconcile/dynamo/resources.ts";
import { conditionOf } from "../support/conditions.ts";
import { eventually } from "../support/eventually.ts";
import { forbidden } from "../rbac/permissions.ts";
import { noCluster } from "../support/shared_cluster.ts";
import { fakeImage } from "./support/fake_image.ts";
import { startPartitionEnvironment } from "./support/partition_environment.ts";

const VALUE = "tenant-with-a-secret-name";
const target = { tableName: "Orders", partitionValue: VALUE };
const ERRORS = /^controller_runtime_reconcile_errors_total\{controller="ddbctldpjob"\} (\d+)$/m;

Deno.test("a partition job runs, tells how far it is, and ends", {
  ignore: noCluster,
}, async (test) => {
  await using fake = await fakeImage();
  await using env = await startPartitionEnvironment("partition-story", fake.image);
  await using operator = await env.startOperator();
  const kube = await env.createNamespace();

  await test.step("while it runs its status follows the pod", async () => {
    await fake.say({ phase: "Deleting", itemsFound: 300, itemsDeleted: 120 });
    await kube.job("orders", { ...target, ttlSecondsAfterFinished: 3600 });
    const running = await kube.until("orders", (_, status) => {
      assertEquals([status.phase, status.itemsDeleted], ["Running", 120], JSON.stringify(status));
    });
    assertEquals(running.status?.message, "120 of 300 items deleted");
    assertEquals((await kube.get(jobs, "orders-job")).spec?.ttlSecondsAfterFinished, undefined);
  });

  await test.step("at its end it tells the result, and its Job is let go", async () => {
    await fake.end("done", { outcome: "Deleted", itemsFound: 300, itemsDeleted: 300 });
    const { status } = await kube.untilPhase("orders", "Succeeded");
    assertEquals([status?.itemsFound, status?.itemsDeleted], [300, 300]);
    await eventually(async () => {
      const { metadata, spec } = await kube.get(jobs, "orders-job");
      assertEquals([metadata.finalizers ?? [], spec?.ttlSecondsAfterFinished], [[], 3600]);
    });
    assertEquals((await fake.runs()).length, 1);
  });

  await test.step("kubectl shows table, phase, items deleted and age", async () => {
    const table = await env.cluster.kubectl(["get", "ddp", "-n", kube.namespace]);
    const [head = "", row = ""] = table.replaceAll(/ +/g, " ").split("\n");
    assertEquals(head, "NAME TABLE PHASE DELETED AGE");
    assertStringIncludes(row, "orders Orders Succeeded 300");
  });

  await test.step("the partition's value is in its Secret, and in no Job, pod, event, status or log", async () => {
    const told = await eventually(async () => {
      const all = await kube.list(events);
      const reasons = all.map(({ reason }) => reason);
      assertEquals(["JobCreated", "Completed"].map((reason) => reasons.includes(reason)), [
        true,
        true,
      ]);
      return all;
    });
    const { status } = await kube.get(partitionJobs, "orders");
    const seen = [await kube.list(jobs), await kube.list(pods), told, await fake.runs(), status];
    assertEquals(JSON.stringify([seen, await operator.log()]).includes(VALUE), false);
    const [secret] = await kube.list(secrets);
    const value = atob(secret?.data?.["PARTITION_VALUE"] ?? "");
    assertEquals([secret?.immutable, value], [true, VALUE]);
  });

  await test.step("neither its making nor its deletion is an error, and no right was missing", async () => {
    await kube.delete(partitionJobs, "orders");
    for (const [kind, name] of [[partitionJobs, "orders"], [jobs, "orders-job"]] as const) {
      await kube.untilGone(kind, name);
    }
    const metrics = await (await fetch(`${operator.metricsUrl}/metrics`)).text();
    assertEquals(ERRORS.exec(metrics)?.[1], "0");
    const entries = await env.cluster.audit.entries();
    const refused = forbidden(entries.filter(({ user }) => user === operator.user));
    assertEquals(refused.map(requestKind), []);
  });
});

Deno.test("without an image the operator says so and makes nothing", {
  ignore: noCluster,
}, async () => {
  await using fake = await fakeImage();
  await using env = await startPartitionEnvironment("partition-no-image", fake.image);
  await using _operator = await env.startOperator("--partition-job-image=");
  const kube = await env.createNamespace();
  await kube.job("orders", target);
  const object = await kube.until("orders", (object) => {
    assertEquals(conditionOf(object, "Progressing")?.reason, "JobImageMissing");
  });
  assertStringIncludes(object.status?.message ?? "", "--partition-job-image");
  assertEquals([await kube.list(jobs), await kube.list(secrets)], [[], []]);
});
