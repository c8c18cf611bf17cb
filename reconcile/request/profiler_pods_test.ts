// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { profilingJob } from "./job.ts";
import { isCopying, profilerFailure, stuckPod } from "./profiler_pods.ts";
import { NOW, podOf, requestObject, RUNNING, terminated } from "./testing/objects.ts";

const job = profilingJob(requestObject());

function stuck(states: { profiler?: unknown; copier?: unknown }, metadata = {}) {
  const found = stuckPod([podOf(job, states, metadata)], NOW);
  return found && [found.due, found.waitMs];
}

Deno.test("a pod is stuck if its profiler failed and its copier still runs after a minute", () => {
  assertEquals(stuck({ profiler: terminated(1, 60), copier: RUNNING }), [true, 0]);
  assertEquals(stuck({ profiler: terminated(137, 10), copier: RUNNING }), [false, 50_000]);
});

Deno.test("a pod that runs, has ended, is being deleted or has an output is not stuck", () => {
  assertEquals(stuck({ profiler: RUNNING, copier: RUNNING }), undefined);
  assertEquals(stuck({ profiler: terminated(0, 600), copier: RUNNING }), undefined);
  assertEquals(stuck({ profiler: terminated(1, 600), copier: terminated(0, 5) }), undefined);
  const deletionTimestamp = NOW;
  const failed = { profiler: terminated(1, 600), copier: RUNNING };
  assertEquals(stuck(failed, { deletionTimestamp }), undefined);
  assertEquals(stuckPod([], NOW), undefined);
});

Deno.test("a copier of a successful profiler has a minute", () => {
  const isCopyingSince = (secondsAgo: number, exitCode = 0) =>
    isCopying([podOf(job, { profiler: terminated(exitCode, secondsAgo), copier: RUNNING })], NOW);
  assertEquals([isCopyingSince(10), isCopyingSince(90), isCopyingSince(10, 1)], [
    true,
    false,
    false,
  ]);
});

Deno.test("the failure of the newest pod is described with the last line of its message", () => {
  const pod = (name: string, creationTimestamp: string, message: string) =>
    podOf(job, { profiler: terminated(1, 5, message) }, { name, creationTimestamp });
  assertEquals(
    profilerFailure([
      pod("a", "2026-01-01T10:00:00Z", "old"),
      pod("b", "2026-01-01T11:00:00Z", "Traceback\nValueError: no GPU\n"),
    ]),
    'pod "b": container "profiler" ended with exit code 1 (Error): ValueError: no GPU',
  );
});

Deno.test("without a failed container, the reason of the pod is described", () => {
  const evicted = {
    ...podOf(job, {}),
    status: { phase: "Failed", reason: "Evicted", message: "The node was low on memory" },
  };
  assertEquals(
    profilerFailure([evicted]),
    'pod "profile-sla-x": Evicted: The node was low on memory',
  );
  const copier = podOf(job, { profiler: terminated(0, 9), copier: terminated(1, 5, "forbidden") });
  assertEquals(
    profilerFailure([copier]),
    'pod "profile-sla-x": container "output-copier" ended with exit code 1 (Error): forbidden',
  );
  assertEquals(profilerFailure([podOf(job, { profiler: RUNNING })]), undefined);
});
