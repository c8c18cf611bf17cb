// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { PartitionJobStatus } from "../../crds/partition_job.ts";
import { partitionEvents } from "./events.ts";

const status = (change: Partial<PartitionJobStatus> = {}): PartitionJobStatus => ({
  observedGeneration: 1,
  phase: "Running",
  tableName: "Orders",
  message: "what happened",
  ...change,
});
const failed = status({
  phase: "Failed",
  conditions: [{
    type: "Failed",
    status: "True",
    reason: "AccessDenied",
    message: "",
    lastTransitionTime: "",
  }],
});
const say = (...args: Parameters<typeof partitionEvents>) =>
  partitionEvents(...args).map(({ type, reason, note }) => `${type} ${reason}: ${note}`);

Deno.test("what was done for a partition job is told", () => {
  const told = (step: Parameters<typeof partitionEvents>[1]) =>
    say("orders", step, status(), status());
  assertEquals(told({ do: "create" }), ['Normal JobCreated: Created Job "orders-job"']);
  assertEquals(told({ do: "suspend", suspend: true }), [
    "Normal Suspended: Stops after the batch under way",
  ]);
  assertEquals(told({ do: "suspend", suspend: false }), [
    "Normal Resumed: Goes on where it stopped",
  ]);
  assertEquals([told({ do: "nothing" }), told(undefined)], [[], []]);
});

Deno.test("its end is told once, a failure with its reason", () => {
  const done = status({ phase: "Succeeded" });
  assertEquals(say("orders", undefined, status(), done), ["Normal Completed: what happened"]);
  assertEquals(say("orders", undefined, done, done), []);
  assertEquals(say("orders", undefined, status(), failed), [
    "Warning Failed: AccessDenied: what happened",
  ]);
});
