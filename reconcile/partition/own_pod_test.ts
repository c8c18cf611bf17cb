// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { PartitionPod } from "./pod.ts";
import { isOwnPod } from "./own_pod.ts";
import { attempt, partitionJob, pod } from "./testing/objects.ts";

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

Deno.test("an orphaned pod is the object's if it was seen at work before", () => {
  const orphan = pod("a");
  orphan.metadata.ownerReferences = [];
  assertEquals(isOwnPod(partitionJob(), orphan), false);
  const { endedAt: _, ...running } = attempt("a", 9, 4);
  const status = { observedGeneration: 1, phase: "Running", tableName: "Orders" } as const;
  assertEquals(isOwnPod(partitionJob({}, { ...status, attempts: [running] }), orphan), true);
  const ended = { ...status, attempts: [attempt("a", 9, 4)] };
  assertEquals(isOwnPod(partitionJob({}, ended), orphan), false);
});
