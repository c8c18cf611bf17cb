// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { PartitionJobStatus } from "../../crds/kinds/partition_job.ts";
import type { EventContent } from "../../kube/events.ts";
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

Deno.test("each applied step has its event", () => {
  const eventsOf = (step: Parameters<typeof stepEvents>[1]) => say(stepEvents("orders", step));
  assertEquals(eventsOf({ do: "create" }), ['Normal JobCreated: Created Job "orders-job"']);
  assertEquals(eventsOf({ do: "suspend", suspend: true }), [
    "Normal Suspended: Stops after the current batch",
  ]);
  assertEquals(eventsOf({ do: "suspend", suspend: false }), [
    "Normal Resumed: Continues with the remaining items",
  ]);
  assertEquals([eventsOf({ do: "nothing" }), eventsOf({ do: "restoreSecret" })], [[], []]);
});

Deno.test("the end has one event, a failure with its reason", () => {
  const done = status({ phase: "Succeeded" });
  assertEquals(say(statusEvents(status(), done)), ["Normal Completed: what happened"]);
  assertEquals(say(statusEvents(done, done)), []);
  assertEquals(say(statusEvents(status(), failed)), [
    "Warning Failed: AccessDenied: what happened",
  ]);
});
