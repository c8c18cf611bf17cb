// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { PARTITION } from "../../crds/labels.ts";
import { fakeCluster } from "./testing/fake_cluster.ts";
import { partitionJob, pod, storedJob } from "./testing/objects.ts";
import { reconcile } from "./testing/reconcile.ts";

Deno.test("a limited pod is admitted once", async () => {
  const gated = pod("a", { state: "waiting", gates: [PARTITION.gate] });
  const object = partitionJob({ maxItems: 9 });
  const cluster = fakeCluster({ object, job: storedJob(), pods: [gated] });
  await reconcile(cluster);
  assertEquals(cluster.calls, [
    "list Pod team",
    "get DdbctlDpJob orders",
    "patch Pod a",
    "status DdbctlDpJob orders",
  ]);
});

Deno.test("a limited pod is admitted only if the object and all its pods are current", async () => {
  const gated = pod("b", { state: "waiting", gates: [PARTITION.gate] });
  const stored = { object: partitionJob({ maxItems: 9 }), job: storedJob(), pods: [gated] };
  const lagging = fakeCluster(stored);
  lagging.unseen.push(pod("a"));
  assertEquals(await reconcile(lagging), { outcome: "requeue" });
  assertEquals(lagging.calls, ["list Pod team"]);
  for (const live of [undefined, partitionJob({ maxItems: 9, suspend: true })]) {
    const cluster = fakeCluster(stored);
    if (live) live.metadata.resourceVersion = "2";
    cluster.live["DdbctlDpJob"] = live;
    assertEquals(await reconcile(cluster), { outcome: "requeue" });
    assertEquals(cluster.calls, ["list Pod team", "get DdbctlDpJob orders"]);
  }
});

Deno.test("a pod at the gate whose Job is absent in the API server is deleted, so that another Job can follow", async () => {
  const gated = pod("a", { state: "waiting", gates: [PARTITION.gate] });
  const object = partitionJob({ maxItems: 9 });
  const cluster = fakeCluster({ object, pods: [gated] });
  await reconcile(cluster);
  assertEquals(cluster.calls, [
    "status DdbctlDpJob orders",
    "get Job orders-job",
    "delete Pod a",
  ]);
  cluster.calls.length = 0;
  const { metadata } = gated;
  const deletionTimestamp = "2026-01-01T00:00:00Z";
  cluster.stored.pods = [{
    ...gated,
    metadata: { ...metadata, deletionTimestamp },
    neverRuns: true,
  }];
  await reconcile(cluster);
  assertEquals(cluster.calls.includes("create Job orders-job"), true);
  assertEquals(cluster.calls.at(-1), "patch Pod a");
});

Deno.test("a pod at the gate stays if only the label of its Job is missing; the label is restored", async () => {
  const gated = pod("a", { state: "waiting", gates: [PARTITION.gate] });
  const cluster = fakeCluster({ object: partitionJob({ maxItems: 9 }), pods: [gated] });
  cluster.live["Job"] = storedJob([], { labels: {} });
  await reconcile(cluster);
  assertEquals(cluster.calls, [
    "status DdbctlDpJob orders",
    "get Job orders-job",
    "patch Job orders-job",
  ]);
});

Deno.test("an orphaned pod at the gate is deleted and then released when its object is absent", async () => {
  const orphan = pod("a", { state: "waiting", gates: [PARTITION.gate] });
  orphan.metadata.ownerReferences = [];
  const cluster = fakeCluster({ pods: [orphan] });
  await reconcile(cluster);
  assertEquals(cluster.calls, ["get DdbctlDpJob orders", "delete Pod a"]);
  cluster.calls.length = 0;
  const metadata = { ...orphan.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" };
  cluster.stored.pods = [{ ...orphan, metadata, neverRuns: true }];
  await reconcile(cluster);
  assertEquals(cluster.calls, ["get DdbctlDpJob orders", "patch Pod a"]);
});
