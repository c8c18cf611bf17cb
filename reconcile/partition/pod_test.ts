// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Pod } from "../../kube/builtin.ts";
import { partitionPod } from "./pod.ts";

/** A pod as it comes from the API server, with this status. */
function read(status: unknown, spec: unknown = { containers: [] }) {
  const metadata = { name: "a", namespace: "team", labels: { other: "label" } };
  const pod = JSON.parse(JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata, spec, status }));
  return partitionPod(pod as Pod);
}

function container(state: unknown) {
  return { containerStatuses: [{ name: "ddbctl-delete-partition", state }] };
}

Deno.test("of a pod only what tells how its run goes is kept", () => {
  const kept = read({ phase: "Running", podIP: "10.0.0.1", ...container({ running: {} }) });
  assertEquals(Object.keys(kept).sort(), ["apiVersion", "ip", "kind", "metadata", "state"]);
  assertEquals([kept.state, kept.ip, Object.keys(kept.metadata)], [
    "running",
    "10.0.0.1",
    ["name", "namespace", "labels"],
  ]);
});

Deno.test("a pod that has ended has its exit code, its last words and its times", () => {
  const terminated = {
    exitCode: 3,
    message: "words",
    startedAt: "2026-01-01T00:00:00Z",
    finishedAt: "2026-01-01T00:00:09Z",
  };
  const { state, exitCode, lastWords, startedAt, endedAt } = read({
    phase: "Failed",
    ...container({ terminated }),
  });
  assertEquals([state, exitCode, lastWords], ["ended", 3, "words"]);
  assertEquals([startedAt, endedAt], ["2026-01-01T00:00:00Z", "2026-01-01T00:00:09Z"]);
});

Deno.test("a pod that the cluster took away before it started has ended too", () => {
  const { state, lastWords } = read({ phase: "Failed", message: "The node was low on memory" });
  assertEquals([state, lastWords], ["ended", "The node was low on memory"]);
});

Deno.test("a pod that is deleted before it has a node will never run", () => {
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

Deno.test("what keeps a pod from starting is told by its container or by the scheduler", () => {
  const waiting = { reason: "ImagePullBackOff", message: "no such image" };
  assertEquals(read(container({ waiting })).trouble, "ImagePullBackOff: no such image");
  const message = "0/3 nodes are available";
  const unplaced = { conditions: [{ type: "PodScheduled", status: "False", message }] };
  assertEquals(read(unplaced).trouble, message);
  assertEquals(read(container({ waiting: { reason: "ContainerCreating" } })).trouble, undefined);
});
