// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { requestKind } from "../../devcluster/audit_entry.ts";
import { events, jobs, pods, secrets } from "../../kube/builtin.ts";
import { partitionJobs } from "../../reconcile/dynamo/resources.ts";
import { conditionOf } from "../support/conditions.ts";
import { eventually } from "../support/eventually.ts";
import { deniedByRbac } from "../rbac/permissions.ts";
import { noCluster } from "../support/shared_cluster.ts";
import { fakeImage } from "./support/fake_image.ts";
import { startPartitionEnvironment } from "./support/partition_environment.ts";

const VALUE = "tenant-with-a-secret-name";
const TARGET = { tableName: "Orders", partitionValue: VALUE };
const ERRORS = /^controller_runtime_reconcile_errors_total\{controller="ddbctldpjob"\} (\d+)$/m;

Deno.test("the status of a partition job reports its progress and its result", {
  ignore: noCluster,
}, async (test) => {
  await using fake = await fakeImage();
  await using env = await startPartitionEnvironment("partition-status", fake.image);
  await using operator = await env.startOperator();
  const kube = await env.createNamespace();

  await test.step("while the pod runs, its status follows the pod", async () => {
    await fake.setReport({ phase: "Deleting", itemsFound: 300, itemsDeleted: 120 });
    await kube.job("orders", { ...TARGET, ttlSecondsAfterFinished: 3600 });
    const running = await kube.until("orders", (_, status) => {
      assertEquals([status.phase, status.itemsDeleted], ["Running", 120], JSON.stringify(status));
    });
    assertEquals(running.status?.message, "120 of 300 items deleted");
    assertEquals((await kube.get(jobs, "orders-job")).spec?.ttlSecondsAfterFinished, undefined);
  });

  await test.step("after completion, its status contains the result, and the operator removes the finalizer of its Job", async () => {
    await fake.end("done", { outcome: "Deleted", itemsFound: 300, itemsDeleted: 300 });
    const { status } = await kube.untilPhase("orders", "Succeeded");
    assertEquals([status?.itemsFound, status?.itemsDeleted], [300, 300]);
    await eventually(async () => {
      const { metadata, spec } = await kube.get(jobs, "orders-job");
      assertEquals([metadata.finalizers ?? [], spec?.ttlSecondsAfterFinished], [[], 3600]);
    });
    assertEquals((await fake.runs()).length, 1);
  });

  await test.step("kubectl shows table, phase, deleted items and age", async () => {
    const table = await env.cluster.kubectl(["get", "ddp", "-n", kube.namespace]);
    const [head = "", row = ""] = table.replaceAll(/ +/g, " ").split("\n");
    assertEquals(head, "NAME TABLE PHASE DELETED AGE");
    assertStringIncludes(row, "orders Orders Succeeded 300");
  });

  await test.step("only the Secret contains the partition value: not the Job, pod, events, status or log", async () => {
    const recorded = await eventually(async () => {
      const all = await kube.list(events);
      const reasons = all.map(({ reason }) => reason);
      assertEquals(["JobCreated", "Completed"].map((reason) => reasons.includes(reason)), [
        true,
        true,
      ]);
      return all;
    });
    const { status } = await kube.get(partitionJobs, "orders");
    const seen = [
      await kube.list(jobs),
      await kube.list(pods),
      recorded,
      await fake.runs(),
      status,
    ];
    assertEquals(JSON.stringify([seen, await operator.log()]).includes(VALUE), false);
    const [secret] = await kube.list(secrets);
    const value = atob(secret?.data?.["PARTITION_VALUE"] ?? "");
    assertEquals([secret?.immutable, value], [true, VALUE]);
  });

  await test.step("its creation and its deletion cause neither an error nor a denied request", async () => {
    await kube.delete(partitionJobs, "orders");
    for (const [kind, name] of [[partitionJobs, "orders"], [jobs, "orders-job"]] as const) {
      await kube.untilGone(kind, name);
    }
    const metrics = await (await fetch(`${operator.metricsUrl}/metrics`)).text();
    assertEquals(ERRORS.exec(metrics)?.[1], "0");
    const entries = await env.cluster.audit.entries();
    const refused = deniedByRbac(entries.filter(({ user }) => user === operator.user));
    assertEquals(refused.map(requestKind), []);
  });
});

Deno.test("an operator without an image for Jobs reports the missing image and creates nothing", {
  ignore: noCluster,
}, async () => {
  await using fake = await fakeImage();
  await using env = await startPartitionEnvironment("partition-no-image", fake.image);
  await using _operator = await env.startOperator("--partition-job-image=");
  const kube = await env.createNamespace();
  await kube.job("orders", TARGET);
  const object = await kube.until("orders", (object) => {
    assertEquals(conditionOf(object, "Progressing")?.reason, "JobImageMissing");
  });
  assertStringIncludes(object.status?.message ?? "", "--partition-job-image");
  assertEquals([await kube.list(jobs), await kube.list(secrets)], [[], []]);
});
