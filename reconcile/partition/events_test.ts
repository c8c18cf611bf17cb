// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { PartitionJobStatus } from "../../crds/kinds/partition_job.ts";
import type { EventContent } from "../../kube/event_manifest.ts";
import { statusEvents, stepEvents } from "./events.ts";

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
const say = (events: EventContent[]) =>
  events.map(({ type, reason, note }) => `${type} ${reason}: ${note}`);

Deno.test("what was done for a partition job is told", () => {
  const told = (step: Parameters<typeof stepEvents>[1]) => say(stepEvents("orders", step));
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
  assertEquals(say(statusEvents(status(), done)), ["Normal Completed: what happened"]);
  assertEquals(say(statusEvents(done, done)), []);
  assertEquals(say(statusEvents(status(), failed)), [
    "Warning Failed: AccessDenied: what happened",
  ]);
});
