// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { PARTITION } from "../../crds/partition_labels.ts";
import type { PartitionPod } from "./pod.ts";
import { isOwnPod } from "./own_pod.ts";
import { partitionJob, pod } from "./testing/objects.ts";

function owned(change: Partial<{ apiVersion: string; kind: string; name: string }>): PartitionPod {
  const owner = { apiVersion: "batch/v1", kind: "Job", name: "orders-job", uid: "j", ...change };
  const { metadata, ...rest } = pod("a");
  return { ...rest, metadata: { ...metadata, ownerReferences: [{ ...owner, controller: true }] } };
}

Deno.test("a pod is the object's by its Job, not by its label", () => {
  assertEquals(isOwnPod(partitionJob(), pod("a")), true);
  assertEquals(isOwnPod(partitionJob(), owned({})), true);
  for (const other of [{ name: "other-job" }, { kind: "ReplicaSet" }, { apiVersion: "apps/v1" }]) {
    assertEquals(isOwnPod(partitionJob(), owned(other)), false);
  }
});

Deno.test("a pod of another namespace, or of a predecessor, is never the object's", () => {
  const elsewhere = pod("a");
  elsewhere.metadata.namespace = "elsewhere";
  assertEquals(isOwnPod(partitionJob(), elsewhere), false);
  elsewhere.metadata.ownerReferences = [];
  assertEquals(isOwnPod(partitionJob(), elsewhere), false);
  const former = pod("a");
  former.metadata.labels = { [PARTITION.uidLabel]: "uid-0" };
  assertEquals(isOwnPod(partitionJob(), former), false);
});

Deno.test("an orphaned pod is the object's as long as its finalizer holds it", () => {
  const orphan = pod("a");
  orphan.metadata.ownerReferences = [];
  assertEquals(isOwnPod(partitionJob(), orphan), true);
  orphan.metadata.finalizers = [];
  assertEquals(isOwnPod(partitionJob(), orphan), false);
});
