// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { ComponentStatus } from "../../crds/kinds/component.ts";
import { NAME_CONFLICT } from "../apply/reasons.ts";
import { REASONS } from "../dynamo/reasons.ts";
import { componentEvents } from "./events.ts";

const IDLE = { execution: { writes: [], errors: [], blocked: [], conflicts: [] } };

function unavailable(reason: string, message: string): ComponentStatus {
  const lastTransitionTime = "2026-01-02T00:00:00Z";
  return {
    conditions: [{ type: "Available", status: "False", reason, message, lastTransitionTime }],
  };
}

Deno.test("a component that only a user can repair causes one event as long as its message stays", () => {
  const stuck = unavailable(NAME_CONFLICT, "Service is taken");
  const event = { type: "Warning", reason: NAME_CONFLICT, action: "Reconcile" } as const;
  assertEquals(componentEvents(IDLE, undefined, stuck), [{ ...event, note: "Service is taken" }]);
  assertEquals(componentEvents(IDLE, stuck, stuck), []);
  const other = unavailable(NAME_CONFLICT, "Deployment is taken");
  assertEquals(componentEvents(IDLE, stuck, other), [{ ...event, note: "Deployment is taken" }]);
});

Deno.test("the progress of a rollout causes no event", () => {
  const before = unavailable(REASONS.deploymentNotReady, "0 of 2 replicas available");
  const after = unavailable(REASONS.deploymentNotReady, "1 of 2 replicas available");
  assertEquals(componentEvents(IDLE, before, after), []);
});
