// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { ComponentStatus } from "../../crds/kinds/component.ts";
import { componentEvents } from "./events.ts";

const IDLE = { execution: { writes: [], errors: [], blocked: [], conflicts: [] } };

function unavailable(reason: string, message: string): ComponentStatus {
  const lastTransitionTime = "2026-01-02T00:00:00Z";
  return {
    conditions: [{ type: "Available", status: "False", reason, message, lastTransitionTime }],
  };
}

Deno.test("a component that only a user can repair causes one event as long as its message stays", () => {
  const stuck = unavailable("NameConflict", "Service is taken");
  const event = { type: "Warning", reason: "NameConflict", action: "Reconcile" } as const;
  assertEquals(componentEvents(IDLE, undefined, stuck), [{ ...event, note: "Service is taken" }]);
  assertEquals(componentEvents(IDLE, stuck, stuck), []);
  const other = unavailable("NameConflict", "Deployment is taken");
  assertEquals(componentEvents(IDLE, stuck, other), [{ ...event, note: "Deployment is taken" }]);
});

Deno.test("the progress of a rollout causes no event", () => {
  const before = unavailable("DeploymentNotReady", "0 of 2 replicas available");
  const after = unavailable("DeploymentNotReady", "1 of 2 replicas available");
  assertEquals(componentEvents(IDLE, before, after), []);
});
