// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { ComponentStatus } from "../../crds/kinds/component.ts";
import { setConditions } from "../../kube/conditions.ts";
import type { Execution } from "../apply/execution.ts";
import { executionOf } from "../apply/testing/objects.ts";
import { type Progress, readiness, REASONS } from "../dynamo/conditions.ts";
import type { Problem } from "../dynamo/problem.ts";
import { PROGRESS_DELAY_MS } from "../dynamo/progress.ts";
import { actsOnComponentStatus, componentStatusDelayMs } from "./status_delay.ts";

const ref = { apiVersion: "apps/v1", kind: "Deployment", name: "a" };

function statusOf(progress: Progress): ComponentStatus {
  const at = { generation: 1, nowIso: "2026-01-02T00:00:00Z" };
  const statements = readiness(progress, REASONS.deploymentNotReady, "0 of 1 replicas available");
  return { observedGeneration: 1, conditions: setConditions([], statements, at) };
}

function delayMs(
  { before, now = "reconciling", problems = [], execution = {} }: {
    before?: Progress;
    now?: Progress;
    problems?: Problem[];
    execution?: Partial<Execution>;
  },
): number {
  const object = before ? { status: statusOf(before) } : {};
  const view = { object, plan: { problems }, execution: executionOf(execution) };
  return componentStatusDelayMs(view, statusOf(now));
}

Deno.test("a status of a component that reports only progress waits", () => {
  assertEquals(delayMs({}), PROGRESS_DELAY_MS);
  assertEquals(delayMs({ before: "reconciling" }), PROGRESS_DELAY_MS);
});

Deno.test("a component reports at once that it becomes ready or stops being ready", () => {
  assertEquals(delayMs({ now: "ready" }), 0);
  assertEquals(delayMs({ before: "ready" }), 0);
});

Deno.test("a component reports a problem, an error and a blocked child at once", () => {
  const message = "quota exceeded";
  assertEquals(delayMs({ problems: [{ reason: REASONS.volumeClaimMissing, message }] }), 0);
  assertEquals(delayMs({ execution: { errors: [{ ref, error: new Error(message) }] } }), 0);
  const blocked = [{ ref, reason: "WaitingForDeletion", message } as const];
  assertEquals(delayMs({ execution: { blocked } }), 0);
});

Deno.test("a component acts on its status while it may prune a copy of the MPI Secret", () => {
  const mpi = { source: undefined, newKey: undefined };
  const copy = { apiVersion: "v1", kind: "Secret", metadata: { name: "mpi" } };
  assertEquals(actsOnComponentStatus({ observed: {} }), false);
  assertEquals(actsOnComponentStatus({ observed: { mpi: { ...mpi, copies: [] } } }), false);
  assertEquals(actsOnComponentStatus({ observed: { mpi: { ...mpi, copies: [copy] } } }), true);
});
