// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { attemptsAfter, inOrder } from "./attempts.ts";
import type { PartitionPod } from "./pod.ts";
import { attempt, endedPod, pod } from "./testing/objects.ts";
import { report } from "./testing/report.ts";

const NOW = "2026-01-01T00:02:00Z";
const figures = attempt("a", undefined, 0);

Deno.test("a waiting pod is not an attempt yet; a running one is, with its reported figures", () => {
  assertEquals(attemptsAfter([], [{ pod: pod("a", { state: "waiting" }) }], NOW), []);
  const progress = report({ phase: "Deleting", itemsFound: 9, itemsDeleted: 4 });
  const { endedAt: _, reported: __, ...running } = figures;
  assertEquals(attemptsAfter([], [{ pod: pod("a"), progress }], NOW), [
    { ...running, phase: "Deleting", itemsFound: 9, itemsDeleted: 4 },
  ]);
});

Deno.test("the final report replaces the progress, and is kept", () => {
  const [ended] = attemptsAfter([attempt("a", 9, 4, 0, { reported: false })], [{
    pod: endedPod("a", 0, { outcome: "Deleted", message: "Done", itemsFound: 9, itemsDeleted: 9 }),
  }], NOW);
  assertEquals([ended?.itemsDeleted, ended?.exitCode, ended?.outcome, ended?.reported], [
    9,
    0,
    "Deleted",
    true,
  ]);
  assertEquals(attemptsAfter(ended ? [ended] : [], [], NOW), ended ? [ended] : []);
});

Deno.test("a pod that was killed without a report keeps the last figures", () => {
  const { endedAt: _, reported: __, ...running } = attempt("a", 9, 4);
  const killed = pod("a", { state: "ended", exitCode: 137, terminationMessage: "OOM" });
  const [ended] = attemptsAfter([running], [{ pod: killed }], NOW);
  assertEquals([ended?.itemsFound, ended?.itemsDeleted, ended?.reported], [9, 4, undefined]);
  assertEquals([ended?.message, ended?.endedAt], ["OOM", NOW]);
  const later = attemptsAfter(ended ? [ended] : [], [{ pod: killed }], "2026-01-01T09:00:00Z");
  assertEquals(later, ended ? [ended] : []);
});

Deno.test("an attempt records the number of permitted items, which is 0 if the container never started", () => {
  const permitted = (name: string, change: Partial<PartitionPod>) => {
    return { pod: pod(name, { itemsPermitted: 70, ...change }) };
  };
  const rejected = permitted("a", { state: "ended", neverStarted: true });
  const [never] = attemptsAfter([], [rejected], NOW);
  assertEquals(never?.itemsPermitted, 0);
  assertEquals(attemptsAfter(never ? [never] : [], [rejected], NOW)[0]?.itemsPermitted, 0);
  assertEquals(
    attemptsAfter([], [permitted("a", { state: "ended" })], NOW)[0]?.itemsPermitted,
    70,
  );
  // After a node restart, the kubelet rejects a pod that no longer fits on the node, even if the pod has run.
  const ran = attemptsAfter([], [permitted("a", {})], NOW);
  assertEquals(attemptsAfter(ran, [rejected], NOW)[0]?.itemsPermitted, 70);
  const unlimited = pod("a", { state: "ended", neverStarted: true });
  assertEquals(attemptsAfter([], [{ pod: unlimited }], NOW)[0]?.itemsPermitted, undefined);
});

Deno.test("a pod that was deleted unobserved has ended now", () => {
  const { endedAt: _, ...running } = attempt("a", 9, 4, 0, { reported: false });
  assertEquals(attemptsAfter([running], [], NOW)[0]?.endedAt, NOW);
});

Deno.test("pods are sorted in the order in which they ran, also within one second", () => {
  const at = (name: string, creationTimestamp: string, change = {}) => ({
    ...pod(name, change),
    metadata: { name, creationTimestamp },
  });
  const second = "2026-01-01T00:00:02Z";
  const pods = [
    at("z", second, { state: "running", startedAt: second }),
    at("y", second, { state: "ended", startedAt: second }),
    at("x", "2026-01-01T00:00:01Z", { state: "ended" }),
  ];
  assertEquals(inOrder(pods).map(({ metadata }) => metadata.name), ["x", "y", "z"]);
});
