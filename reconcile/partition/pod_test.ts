// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { PARTITION } from "../../crds/labels.ts";
import type { Pod } from "../../kube/builtin.ts";
import { isOwnPod, type PartitionPod, partitionPod } from "./pod.ts";
import { partitionJob, pod } from "./testing/objects.ts";

function read(status: unknown, spec: unknown = { containers: [] }) {
  const metadata = { name: "a", namespace: "team", labels: { other: "label" } };
  const pod = JSON.parse(JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata, spec, status }));
  return partitionPod(pod as Pod);
}

function container(state: unknown) {
  return { containerStatuses: [{ name: "ddbctl-delete-partition", state }] };
}

Deno.test("the projection contains only the fields that describe the container's state and result", () => {
  const kept = read({ phase: "Running", podIP: "10.0.0.1", ...container({ running: {} }) });
  assertEquals(Object.keys(kept).sort(), ["apiVersion", "ip", "kind", "metadata", "state"]);
  assertEquals([kept.state, kept.ip, Object.keys(kept.metadata)], [
    "running",
    "10.0.0.1",
    ["name", "namespace", "labels"],
  ]);
});

Deno.test("a pod that has ended has its exit code, its termination message and its times", () => {
  const terminated = {
    exitCode: 3,
    message: "words",
    startedAt: "2026-01-01T00:00:00Z",
    finishedAt: "2026-01-01T00:00:09Z",
  };
  const { state, exitCode, terminationMessage, startedAt, endedAt } = read({
    phase: "Failed",
    ...container({ terminated }),
  });
  assertEquals([state, exitCode, terminationMessage], ["ended", 3, "words"]);
  assertEquals([startedAt, endedAt], ["2026-01-01T00:00:00Z", "2026-01-01T00:00:09Z"]);
});

Deno.test("a pod lingers if another container runs after the end of its own", () => {
  const terminated = { exitCode: 0 };
  const [own] = container({ terminated }).containerStatuses;
  const withProxy = (phase: string, state: unknown) =>
    read({ phase, containerStatuses: [own, { name: "proxy", state }] });
  const lingering = withProxy("Running", { running: {} });
  assertEquals([lingering.state, lingering.lingers], ["ended", true]);
  assertEquals(withProxy("Running", { terminated }).lingers, undefined);
  assertEquals(withProxy("Succeeded", { running: {} }).lingers, undefined);
  // The kubelet reports the end of the only container before it changes the phase of the pod.
  assertEquals(read({ phase: "Running", ...container({ terminated }) }).lingers, undefined);
});

Deno.test("a pod that was evicted before it started has ended too", () => {
  const { state, terminationMessage } = read({
    phase: "Failed",
    message: "The node was low on memory",
  });
  assertEquals([state, terminationMessage], ["ended", "The node was low on memory"]);
});

Deno.test("a pod that is deleted before it is bound to a node never runs", () => {
  const read = (deletionTimestamp: string | undefined, nodeName: string | undefined) => {
    const metadata = { name: "a", ...(deletionTimestamp && { deletionTimestamp }) };
    const spec = { containers: [], ...(nodeName && { nodeName }) };
    const pod = { apiVersion: "v1", kind: "Pod", metadata, spec, status: { phase: "Pending" } };
    return partitionPod(JSON.parse(JSON.stringify(pod)) as Pod).neverRuns;
  };
  const deleted = "2026-01-01T00:00:00Z";
  assertEquals([read(undefined, undefined), read(deleted, "node"), read(deleted, undefined)], [
    undefined,
    undefined,
    true,
  ]);
});

Deno.test("the start error comes from the container or from the scheduler", () => {
  const waiting = { reason: "ImagePullBackOff", message: "no such image" };
  assertEquals(read(container({ waiting })).startError, "ImagePullBackOff: no such image");
  const message = "0/3 nodes are available";
  const unscheduled = { conditions: [{ type: "PodScheduled", status: "False", message }] };
  assertEquals(read(unscheduled).startError, message);
  assertEquals(read(container({ waiting: { reason: "ContainerCreating" } })).startError, undefined);
});

Deno.test("only the rejection of a pod and a failed start prove that its container never started", () => {
  const failed = (change: object, metadata = {}) => {
    const status = { phase: "Failed", ...change };
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a", ...metadata }, status };
    return partitionPod(JSON.parse(JSON.stringify(pod)) as Pod).neverStarted;
  };
  const terminated = (reason: string) => container({ terminated: { exitCode: 128, reason } });
  assertEquals(failed({ reason: "OutOfcpu" }), true);
  assertEquals(failed(terminated("StartError")), true);
  assertEquals(failed(terminated("ContainerCannotRun")), true);
  assertEquals(failed(terminated("ContainerStatusUnknown")), undefined);
  assertEquals(failed(terminated("Error")), undefined);
  assertEquals(failed({}, { deletionTimestamp: "2026-01-01T00:00:00Z" }), undefined);
  const disrupted = { conditions: [{ type: "DisruptionTarget", status: "True" }] };
  assertEquals(failed(disrupted), undefined);
  assertEquals(read({ phase: "Pending" }).neverStarted, undefined);
});

Deno.test("a pod may delete the number of items in its annotation, and none while it waits at the gate", () => {
  const permit = (text: string | undefined, gates: string[] = []) => {
    const annotations = text === undefined ? {} : { [PARTITION.maxItemsAnnotation]: text };
    const spec = { containers: [], schedulingGates: gates.map((name) => ({ name })) };
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a", annotations }, spec };
    return partitionPod(pod).itemsPermitted;
  };
  assertEquals([permit("70"), permit("many"), permit(undefined)], [70, undefined, undefined]);
  assertEquals(permit("70", [PARTITION.gate]), 0);
});

function owned(change: Partial<{ apiVersion: string; kind: string; name: string }>): PartitionPod {
  const owner = { apiVersion: "batch/v1", kind: "Job", name: "orders-job", uid: "j", ...change };
  const { metadata, ...rest } = pod("a");
  return { ...rest, metadata: { ...metadata, ownerReferences: [{ ...owner, controller: true }] } };
}

Deno.test("a pod belongs to the object by its Job, not by its label", () => {
  assertEquals(isOwnPod(partitionJob(), pod("a")), true);
  assertEquals(isOwnPod(partitionJob(), owned({})), true);
  for (const other of [{ name: "other-job" }, { kind: "ReplicaSet" }, { apiVersion: "apps/v1" }]) {
    assertEquals(isOwnPod(partitionJob(), owned(other)), false);
  }
});

Deno.test("a pod of another namespace or of a predecessor does not belong to the object", () => {
  const elsewhere = pod("a");
  elsewhere.metadata.namespace = "elsewhere";
  assertEquals(isOwnPod(partitionJob(), elsewhere), false);
  elsewhere.metadata.ownerReferences = [];
  assertEquals(isOwnPod(partitionJob(), elsewhere), false);
  const former = pod("a");
  former.metadata.labels = { [PARTITION.uidLabel]: "uid-0" };
  assertEquals(isOwnPod(partitionJob(), former), false);
});

Deno.test("an orphaned pod belongs to the object while it has the finalizer", () => {
  const orphan = pod("a");
  orphan.metadata.ownerReferences = [];
  assertEquals(isOwnPod(partitionJob(), orphan), true);
  orphan.metadata.finalizers = [];
  assertEquals(isOwnPod(partitionJob(), orphan), false);
});

Deno.test("a pod at the operator's gate lacks a start error", () => {
  const message = "Scheduling is blocked due to non-empty scheduling gates";
  const status = { conditions: [{ type: "PodScheduled", status: "False", message }] };
  const gate = { name: PARTITION.gate };
  const gated = read(status, { containers: [], schedulingGates: [gate] });
  assertEquals([gated.state, gated.gates, gated.startError], ["waiting", [gate.name], undefined]);
  const other = read(status, { containers: [], schedulingGates: [{ name: "other" }] });
  assertEquals(other.startError, message);
});
