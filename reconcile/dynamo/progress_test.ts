// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Statement } from "../../kube/conditions.ts";
import { configurationWarning } from "./warning.ts";
import { pausedIf, type Progress, readiness } from "./conditions.ts";
import { isProgress } from "./progress.ts";

function status(progress: Progress, message = "", extra: readonly Statement[] = []) {
  return { conditions: [...readiness(progress, "Reason", message), ...extra] };
}

const FIRST = { observedGeneration: -1, conditions: [] };

Deno.test("a changed count or message during a rollout is only progress", () => {
  const before = { ...status("reconciling", "0 of 2"), service: { replicas: 0 } };
  const now = { ...status("reconciling", "1 of 2"), service: { replicas: 1 }, state: "pending" };
  assertEquals(isProgress(before, now), true);
  for (const first of [undefined, {}, FIRST]) assertEquals(isProgress(first, now), true);
});

Deno.test("a status that becomes, or ceases to be, ready, stalled or unknown is not only progress", () => {
  for (const other of ["ready", "stalled", "unknown"] as const) {
    assertEquals(isProgress(status("reconciling"), status(other)), false);
    assertEquals(isProgress(status(other), status("reconciling")), false);
    assertEquals(isProgress(FIRST, status(other)), false);
  }
});

Deno.test("a change of any other condition or field is not only progress", () => {
  const warning = configurationWarning([{ field: "spec.a", message: "is ignored" }]);
  const before = status("reconciling");
  assertEquals(isProgress(before, status("reconciling", "", warning)), false);
  assertEquals(isProgress(FIRST, status("reconciling", "", warning)), false);
  assertEquals(isProgress(status("reconciling", "", pausedIf(true)), before), false);
  const restarting = { ...before, restart: { phase: "Restarting" } };
  assertEquals(isProgress(before, restarting), false);
  const same = status("reconciling", "1 of 2", warning);
  assertEquals(isProgress(status("reconciling", "0 of 2", warning), same), true);
});
